extension FuzzTarget {
  /// The whole engine: a device, its server, its application and the time, as a program says.
  static let engine = FuzzTarget(
    "engine", maximumLength: 2000,
    mutate: { input, maximum, seed in
      var mutation = EngineMutation(seed: seed)
      input = mutation.mutate(input, maximum: maximum)
    },
    run: { bytes throws(Finding) in
      _ = try EngineBench.run(EngineProgram(bytes))
    })

  /// What an input of `engine` reaches.
  public static func statesOfEngine(_ bytes: Span<UInt8>) throws(Finding) -> Set<EngineState> {
    try EngineBench.run(EngineProgram(bytes))
  }
}
