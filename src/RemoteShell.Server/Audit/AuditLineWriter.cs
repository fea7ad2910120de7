namespace RemoteShell.Server.Audit;

/// <summary>Writes lines of the audit journal as JSON, several times as fast as the serializer does.</summary>
internal static class AuditLineWriter
{
    /// <summary>Appends the JSON of a line. What is null is left out.</summary>
    public static void Append(JsonBuffer json, AuditLine line) => Append(json, line, line.Number, line.Time, line.Previous);

    /// <summary>Appends the JSON of a line, with its place in the journal, which is not in the line yet.</summary>
    /// <param name="json">Receives the JSON.</param>
    /// <param name="line">What is written.</param>
    /// <param name="number">The number of the line.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="previous">The digest of the line before it.</param>
    public static void Append(JsonBuffer json, AuditLine line, long number, DateTimeOffset time, string previous)
    {
        json.Append("{\"n\":"u8);
        json.AppendNumber(number);
        json.Append(",\"time\":"u8);
        json.AppendTime(time);
        AppendText(json, ",\"event\":"u8, line.Event);
        AppendNumber(json, ",\"connection\":"u8, line.Connection);
        AppendText(json, ",\"peer\":"u8, line.Peer);
        AppendText(json, ",\"key\":"u8, line.Key);
        AppendText(json, ",\"name\":"u8, line.Name);
        AppendText(json, ",\"verb\":"u8, line.Verb);
        AppendText(json, ",\"what\":"u8, line.What);
        AppendText(json, ",\"whatDigest\":"u8, line.WhatDigest);
        AppendTexts(json, ",\"argv\":"u8, line.Argv);
        AppendText(json, ",\"folder\":"u8, line.Folder);
        AppendText(json, ",\"job\":"u8, line.Job);
        AppendText(json, ",\"outcome\":"u8, line.Outcome);
        AppendNumber(json, ",\"code\":"u8, line.Code);
        AppendText(json, ",\"signal\":"u8, line.Signal);
        AppendText(json, ",\"reason\":"u8, line.Reason);
        AppendDuration(json, line.Duration);
        AppendStreams(json, line.Streams);
        AppendNumber(json, ",\"accepted\":"u8, line.Accepted);
        AppendText(json, ",\"recording\":"u8, line.Recording);
        AppendText(json, ",\"request\":"u8, line.Request);
        AppendNumber(json, ",\"leftOut\":"u8, line.LeftOut);
        AppendNumber(json, ",\"lost\":"u8, line.Lost);
        AppendNumber(json, ",\"torn\":"u8, line.Torn);
        AppendText(json, ",\"prev\":"u8, previous);
        AppendText(json, ",\"hostKey\":"u8, line.HostKey);
        AppendText(json, ",\"signature\":"u8, line.Signature);
        json.Append((byte)'}');
    }

    private static void AppendText(JsonBuffer json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
            return;
        json.Append(name);
        json.AppendText(text);
    }

    private static void AppendNumber(JsonBuffer json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is not { } known)
            return;
        json.Append(name);
        json.AppendNumber(known);
    }

    private static void AppendDuration(JsonBuffer json, double? duration)
    {
        if (duration is not { } known)
            return;
        json.Append(",\"duration\":"u8);
        json.AppendNumber(known);
    }

    private static void AppendTexts(JsonBuffer json, ReadOnlySpan<byte> name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
            return;
        json.Append(name);
        json.Append((byte)'[');
        for (int i = 0; i < texts.Count; i++)
        {
            if (i > 0)
                json.Append((byte)',');
            json.AppendText(texts[i]);
        }

        json.Append((byte)']');
    }

    private static void AppendStreams(JsonBuffer json, IReadOnlyDictionary<string, AuditStream>? streams)
    {
        if (streams is null)
            return;
        json.Append(",\"streams\":{"u8);
        bool isFirst = true;
        foreach ((string name, AuditStream stream) in streams)
        {
            if (!isFirst)
                json.Append((byte)',');
            isFirst = false;
            json.AppendText(name);
            json.Append(":{\"bytes\":"u8);
            json.AppendNumber(stream.Bytes);
            AppendText(json, ",\"digest\":"u8, stream.Digest);
            json.Append((byte)'}');
        }

        json.Append((byte)'}');
    }
}
