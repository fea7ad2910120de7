using RemoteShell.Testing.Hostile;

namespace RemoteShell.Fuzzing.Targets;

/// <summary>A piece of the product that reads what others have written.</summary>
/// <param name="Name">The name on the command line, and of the folder in the corpus.</param>
/// <param name="Run">Reads one input. Any exception that it throws is a fault.</param>
/// <param name="Generate">Makes up an input.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Run, Func<Choices, int, byte[]> Generate)
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("codec", CodecFuzz.Run, WireInput.OfEither),
        new("server", ServerFuzz.Run, WireInput.OfClient),
        new("client", ClientFuzz.Run, WireInput.OfServer),
        new("screen", ScreenFuzz.Run, EscapeInput.Generate),
        new("keys", KeysFuzz.Run, LineInput.OfKeys),
        new("revoked", RevokedFuzz.Run, LineInput.OfRevoked),
        new("journal", JournalFuzz.Run, LineInput.OfJournal),
    ];
}
