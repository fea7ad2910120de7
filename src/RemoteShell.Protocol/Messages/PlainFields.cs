using System.Text.Json;

namespace RemoteShell.Protocol.Messages;

/// <summary>Reads the fields of a JSON object one after the other, as long as it is plain.</summary>
/// <remarks>
/// Plain means: fields that the caller asks for, each once, and values of the type that it asks for. After anything else no field follows,
/// and <see cref="EndsPlain"/> is false.
/// </remarks>
internal ref struct PlainFields
{
    private Utf8JsonReader _json;
    private bool _isPlain;

    public PlainFields(ReadOnlySpan<byte> json)
    {
        _json = new(json);
        _isPlain = _json.Read() && _json.TokenType == JsonTokenType.StartObject;
    }

    /// <summary>Whether everything was plain, and nothing follows the object.</summary>
    /// <exception cref="JsonException">Something follows.</exception>
    public bool EndsPlain() => _isPlain && !_json.Read();

    /// <summary>Goes to the next field of the object; false at its end.</summary>
    public bool Next()
    {
        if (!_isPlain || !_json.Read() || _json.TokenType == JsonTokenType.EndObject)
            return false;
        _isPlain = _json.TokenType == JsonTokenType.PropertyName;
        return _isPlain;
    }

    /// <summary>Whether this is the field's name.</summary>
    public readonly bool Is(ReadOnlySpan<byte> name) => _json.ValueTextEquals(name);

    /// <summary>Says that the caller does not know the field.</summary>
    public void Unknown() => _isPlain = false;

    /// <summary>The field's name, for an object whose names are values.</summary>
    public readonly string Name() => _json.GetString()!;

    /// <summary>Goes into the object that is the field's value.</summary>
    public void Enter() => _isPlain = _json.Read() && _json.TokenType == JsonTokenType.StartObject;

    /// <summary>Reads the field's value into a variable that is null so far.</summary>
    public void Read(ref string? field) => Set(ref field, ReadText());

    public void Read(ref bool? field)
    {
        bool isValue = _json.Read() && _json.TokenType is JsonTokenType.True or JsonTokenType.False;
        Set(ref field, isValue ? _json.GetBoolean() : null);
    }

    public void Read(ref int? field) => Set(ref field, IsNumber() && _json.TryGetInt32(out int value) ? value : null);

    public void Read(ref uint? field) => Set(ref field, IsNumber() && _json.TryGetUInt32(out uint value) ? value : null);

    public void Read(ref long? field) => Set(ref field, IsNumber() && _json.TryGetInt64(out long value) ? value : null);

    public void Read(ref double? field) => Set(ref field, IsNumber() && _json.TryGetDouble(out double value) ? value : null);

    public void Read(ref List<string>? field)
    {
        List<string>? texts = _json.Read() && _json.TokenType == JsonTokenType.StartArray ? [] : null;
        while (texts is not null && ReadText() is { } text)
            texts.Add(text);
        Set(ref field, _json.TokenType == JsonTokenType.EndArray ? texts : null);
    }

    /// <summary>Takes a value; null, and a second value for a field, are not plain.</summary>
    public void Set<T>(ref T? field, T? value)
    {
        _isPlain &= field is null && value is not null;
        field = value;
    }

    private string? ReadText() => _json.Read() && _json.TokenType == JsonTokenType.String ? _json.GetString() : null;

    private bool IsNumber() => _json.Read() && _json.TokenType == JsonTokenType.Number;
}
