using System.Globalization;

namespace RemoteShell.Protocol.Broadcasts;

/// <summary>Reads a folded list once, from left to right, and compares each of its terms with a name.</summary>
internal ref struct TargetList
{
    private const string Hint = "write it as web[1-20], web[001-020,035], web[0-10/2] or @group, with commas between";

    // So that a number fits into 64 bits.
    private const int MaxDigits = 18;

    private readonly ReadOnlySpan<char> _text;
    private readonly ReadOnlySpan<char> _name;
    private readonly IReadOnlyList<string> _groups;

    // Up to where the name may be the part of the term that was read: usually one place, or none.
    private readonly List<int> _places = [];
    private readonly List<int> _next = [];
    private int _at;

    /// <summary>Makes a reader.</summary>
    /// <param name="text">The list.</param>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="groups">The groups of the host.</param>
    public TargetList(string text, string name, IReadOnlyList<string> groups)
    {
        _text = text;
        _name = name;
        _groups = groups;
    }

    private readonly char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>Whether a name may have the character.</summary>
    public static bool IsOfName(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-';

    /// <summary>Reads all of the list. Returns whether one of its terms is the name, or a group of the host.</summary>
    /// <exception cref="BroadcastException">The list is not valid.</exception>
    public bool Read()
    {
        bool isFound = false;
        while (true)
        {
            isFound |= Current == '@' ? ReadGroup() : ReadTerm();
            if (_at == _text.Length)
                return isFound;
            if (Current != ',')
                throw Wrong(_at, $"'{Current}' is not allowed");
            _at++;
        }
    }

    private bool ReadGroup()
    {
        _at++;
        ReadOnlySpan<char> group = ReadText();
        if (group.Length == 0)
            throw Wrong(_at, "the name of a group is missing");
        foreach (string own in _groups)
        {
            if (group.Equals(own, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private bool ReadTerm()
    {
        int start = _at;
        _places.Clear();
        _places.Add(0);
        int ranges = 0;
        while (true)
        {
            int textStart = _at;
            ReadOnlySpan<char> text = ReadText();
            Follow(text);
            if (Current != '[')
                break;
            if (ranges > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0)
                throw Wrong(textStart, "two ranges have no text between them");
            ReadRanges();
            ranges++;
        }

        if (_at == start)
            throw Wrong(_at, "a name is missing");
        return _places.Contains(_name.Length);
    }

    private ReadOnlySpan<char> ReadText()
    {
        int start = _at;
        while (_at < _text.Length && IsOfName(_text[_at]))
            _at++;
        return _text[start.._at];
    }

    private readonly void Follow(ReadOnlySpan<char> text)
    {
        if (text.Length == 0)
            return;
        _next.Clear();
        foreach (int place in _places)
        {
            if (_name[place..].StartsWith(text, StringComparison.OrdinalIgnoreCase))
                _next.Add(place + text.Length);
        }

        TakeNext();
    }

    private readonly void TakeNext()
    {
        _places.Clear();
        _places.AddRange(_next);
    }

    private void ReadRanges()
    {
        _next.Clear();
        do
        {
            _at++;
            Numbers range = ReadRange();
            foreach (int place in _places)
                Follow(range, place);
        }
        while (Current == ',');
        if (Current != ']')
            throw Wrong(_at, Current == '\0' ? "a ] is missing" : $"'{Current}' is not allowed in a range");
        _at++;
        TakeNext();
    }

    private Numbers ReadRange()
    {
        int start = _at;
        ReadOnlySpan<char> first = ReadNumber(), last = first;
        long step = 1;
        if (Current == '-')
        {
            _at++;
            last = ReadNumber();
            if (Current == '/')
            {
                _at++;
                step = ValueOf(ReadNumber());
            }
        }

        bool isPadded = IsPadded(first) || IsPadded(last);
        if (isPadded && first.Length != last.Length)
            throw Wrong(start, "the bounds have different lengths, and zeros before them");
        var range = new Numbers(ValueOf(first), ValueOf(last), step, isPadded ? first.Length : 0);
        if (range.First > range.Last)
            throw Wrong(start, "the range ends before it begins");
        return step > 0 ? range : throw Wrong(start, "a step must be at least 1");
    }

    private ReadOnlySpan<char> ReadNumber()
    {
        int start = _at;
        while (char.IsAsciiDigit(Current))
            _at++;
        return (_at - start) switch
        {
            0 => throw Wrong(start, "a number is missing"),
            > MaxDigits => throw Wrong(start, $"a number has more than {MaxDigits} digits"),
            _ => _text[start.._at],
        };
    }

    // Adds each place up to which the name has a number of the range.
    private readonly void Follow(Numbers range, int place)
    {
        long value = 0;
        int most = Math.Min(MaxDigits, _name.Length - place);
        for (int digits = 1; digits <= most && char.IsAsciiDigit(_name[place + digits - 1]); digits++)
        {
            value = (value * 10) + (_name[place + digits - 1] - '0');
            bool hasItsZeros = range.Width > 0 ? digits == range.Width : digits == 1 || _name[place] != '0';
            if (hasItsZeros && range.Has(value) && !_next.Contains(place + digits))
                _next.Add(place + digits);
        }
    }

    private static long ValueOf(ReadOnlySpan<char> digits) => long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool IsPadded(ReadOnlySpan<char> digits) => digits.Length > 1 && digits[0] == '0';

    private static BroadcastException Wrong(int at, string reason)
        => new($"'targets' is not valid at character {at + 1}: {reason}") { Hint = Hint };

    private readonly record struct Numbers(long First, long Last, long Step, int Width)
    {
        public bool Has(long value) => value >= First && value <= Last && (value - First) % Step == 0;
    }
}
