using System.Numerics;

namespace RemoteShell.Server.Builtins;

/// <summary>Large powers of ten, the last few kept: an expression can ask for the same one thousands of times.</summary>
/// <remarks>To need many different large ones an expression must contain as many long numbers, and there is no room for that.</remarks>
internal static class PowersOfTen
{
    private const int Kept = 8;

    [ThreadStatic]
    private static LinkedList<(int Exponent, BigInteger Power)>? _recent;

    public static BigInteger Get(int exponent)
    {
        LinkedList<(int Exponent, BigInteger Power)> recent = _recent ??= [];
        for (var node = recent.First; node is not null; node = node.Next)
        {
            if (node.Value.Exponent != exponent)
                continue;
            recent.Remove(node);
            recent.AddFirst(node);
            return node.Value.Power;
        }

        BigInteger power = BigInteger.Pow(10, exponent);
        recent.AddFirst((exponent, power));
        if (recent.Count > Kept)
            recent.RemoveLast();
        return power;
    }
}
