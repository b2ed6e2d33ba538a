import Foundation
import Fuzzing
import Testing

/// What fuzzing has learnt, run again without it.
@Suite("Fuzzing: committed inputs")
struct ReplayTests {
  private static let fuzz = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func files(in path: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(
      at: fuzz.appendingPathComponent(path), includingPropertiesForKeys: nil
    ).sorted { $0.path < $1.path }
  }

  @Test(
    "every input of every target is run, and nothing is found",
    arguments: FuzzTarget.all.map(\.name))
  func replay(name: String) throws {
    let target = try #require(FuzzTarget.named(name))
    let corpus = try ReplayTests.files(in: "corpora/\(name)")
    try #require(!corpus.isEmpty, "a target without a corpus")
    let found = (try? ReplayTests.files(in: "found/\(name)")) ?? []
    let fence = Fence(room: target.maximumLength)
    for file in corpus + found {
      let bytes = [UInt8](try Data(contentsOf: file))
      let finding = fence.withBytes(bytes) { ReplayTests.finding(of: target, $0) }
      #expect(finding == nil, "\(file.lastPathComponent)")
    }
    print("fuzz \(name): \(corpus.count) inputs of the corpus, \(found.count) found before")
  }

  @Test("a folder of inputs belongs to a target", arguments: ["corpora", "found"])
  func folders(path: String) throws {
    // The inputs of `abi` are replayed by a program in C.
    let names = Set(FuzzTarget.all.map(\.name) + ["abi"])
    for folder in try ReplayTests.files(in: path) where folder.hasDirectoryPath {
      #expect(names.contains(folder.lastPathComponent), "\(folder.lastPathComponent)")
    }
  }

  private static func finding(of target: FuzzTarget, _ bytes: Span<UInt8>) -> String? {
    do throws(Finding) {
      try target.run(bytes)
      return nil
    } catch {
      return error.description
    }
  }
}
