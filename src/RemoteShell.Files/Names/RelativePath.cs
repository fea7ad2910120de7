namespace RemoteShell.Files.Names;

/// <summary>A path from a folder downwards: zero or more names. It cannot leave the folder.</summary>
/// <remarks>A path shares its parent, so that the paths of a deep tree need little memory. Ordered name by name, a parent first.</remarks>
public sealed class RelativePath : IEquatable<RelativePath>, IComparable<RelativePath>
{
    // The text of a deeper path is made each time: kept, it would need the square of the depth for a chain of folders.
    private const int MaxKeptDepth = 32;

    private readonly RelativePath? _parent;
    private readonly FileName _name;
    private string? _escaped;

    private RelativePath(RelativePath? parent, FileName name)
    {
        _parent = parent;
        _name = name;
        Depth = parent is null ? 0 : parent.Depth + 1;
    }

    /// <summary>The path with no names: the folder itself.</summary>
    public static RelativePath Empty { get; } = new(null, default);

    /// <summary>The number of names.</summary>
    public int Depth { get; }

    /// <summary>Whether the path has no names.</summary>
    public bool IsEmpty => _parent is null;

    /// <summary>The last name.</summary>
    /// <exception cref="InvalidOperationException">The path is empty.</exception>
    public FileName Name => IsEmpty ? throw new InvalidOperationException("the path is empty") : _name;

    /// <summary>The path without its last name.</summary>
    /// <exception cref="InvalidOperationException">The path is empty.</exception>
    public RelativePath Parent => _parent ?? throw new InvalidOperationException("the path is empty");

    /// <summary>The names, the highest folder first.</summary>
    public IReadOnlyList<FileName> Names
    {
        get
        {
            var names = new FileName[Depth];
            for (RelativePath path = this; path._parent is not null; path = path._parent)
                names[path.Depth - 1] = path._name;
            return names;
        }
    }

    /// <summary>The path as text without a loss: the escaped names with <c>/</c> between them.</summary>
    public string Escaped => Depth > MaxKeptDepth ? Join() : _escaped ??= Join();

    /// <summary>Whether two paths have the same names.</summary>
    public static bool operator ==(RelativePath? left, RelativePath? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two paths have different names.</summary>
    public static bool operator !=(RelativePath? left, RelativePath? right) => !(left == right);

    /// <summary>Whether a path is before another.</summary>
    public static bool operator <(RelativePath? left, RelativePath? right) => Compare(left, right) < 0;

    /// <summary>Whether a path is after another.</summary>
    public static bool operator >(RelativePath? left, RelativePath? right) => Compare(left, right) > 0;

    /// <summary>Whether a path is before another or the same.</summary>
    public static bool operator <=(RelativePath? left, RelativePath? right) => Compare(left, right) <= 0;

    /// <summary>Whether a path is after another or the same.</summary>
    public static bool operator >=(RelativePath? left, RelativePath? right) => Compare(left, right) >= 0;

    /// <summary>Makes a path of <see cref="Escaped"/> text. The empty text is the empty path.</summary>
    /// <exception cref="FormatException">A part of the text is not an escaped name.</exception>
    public static RelativePath Unescape(string escaped)
    {
        ArgumentNullException.ThrowIfNull(escaped);
        RelativePath path = Empty;
        if (escaped.Length == 0)
            return path;
        foreach (string name in escaped.Split('/'))
            path = path.Append(FileName.Unescape(name));
        return path;
    }

    /// <summary>Returns the path of an entry in the folder that this path names.</summary>
    public RelativePath Append(FileName name)
        => name.Bytes.IsEmpty ? throw new ArgumentException("the name is not set", nameof(name)) : new(this, name);

    /// <summary>The names with <c>/</c> between them, without a NUL at the end.</summary>
    public byte[] ToBytes()
    {
        using var bytes = new MemoryStream();
        foreach (FileName name in Names)
        {
            if (bytes.Length > 0)
                bytes.WriteByte((byte)'/');
            bytes.Write(name.Bytes);
        }

        return bytes.ToArray();
    }

    /// <inheritdoc/>
    public int CompareTo(RelativePath? other) => Compare(this, other);

    /// <inheritdoc/>
    public bool Equals(RelativePath? other)
    {
        if (other is null || other.Depth != Depth)
            return false;
        RelativePath left = this, right = other;
        while (left._parent is not null && right._parent is not null && !ReferenceEquals(left, right))
        {
            if (left._name != right._name)
                return false;
            (left, right) = (left._parent, right._parent);
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RelativePath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (RelativePath path = this; path._parent is not null; path = path._parent)
            hash.Add(path._name);
        return hash.ToHashCode();
    }

    /// <summary>The same as <see cref="Escaped"/>.</summary>
    public override string ToString() => Escaped;

    private string Join() => string.Join('/', Names.Select(name => name.Escaped));

    private static int Compare(RelativePath? left, RelativePath? right)
    {
        if (left is null || right is null)
            return (left is null ? 0 : 1) - (right is null ? 0 : 1);
        IReadOnlyList<FileName> mine = left.Names, others = right.Names;
        for (int i = 0; i < mine.Count && i < others.Count; i++)
        {
            int order = mine[i].CompareTo(others[i]);
            if (order != 0)
                return order;
        }

        return mine.Count.CompareTo(others.Count);
    }
}
