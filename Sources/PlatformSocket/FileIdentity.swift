import Glibc

/// Which file a path leads to, whatever it is called: two of the same identity are one file.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t

  /// `nil`: there is none. A symbolic link is a file of its own.
  init?(of path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    device = status.st_dev
    number = status.st_ino
  }
}
