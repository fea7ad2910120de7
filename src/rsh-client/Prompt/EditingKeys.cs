using RadLine;

namespace RemoteShell.Cli.Client.Prompt;

/// <summary>Adds the usual keys of a shell to the line editor's own keys.</summary>
internal static class EditingKeys
{
    public static void AddTo(KeyBindings keys, History history, Action<LineEnd> ended)
    {
        keys.Add<PreviousHistoryCommand>(ConsoleKey.UpArrow);
        keys.Add<NextHistoryCommand>(ConsoleKey.DownArrow);
        keys.Add<PreviousHistoryCommand>(ConsoleKey.P, ConsoleModifiers.Control);
        keys.Add<NextHistoryCommand>(ConsoleKey.N, ConsoleModifiers.Control);
        keys.Add<MoveHomeCommand>(ConsoleKey.A, ConsoleModifiers.Control);
        keys.Add<MoveEndCommand>(ConsoleKey.E, ConsoleModifiers.Control);
        keys.Add<MoveLeftCommand>(ConsoleKey.B, ConsoleModifiers.Control);
        keys.Add<MoveRightCommand>(ConsoleKey.F, ConsoleModifiers.Control);
        keys.Add(ConsoleKey.R, ConsoleModifiers.Control, () => new SearchCommand(history.Lines));
        keys.Add(ConsoleKey.U, ConsoleModifiers.Control, () => new EditCommand(buffer => Cut(buffer, 0, buffer.Position)));
        keys.Add(ConsoleKey.K, ConsoleModifiers.Control, () => new EditCommand(buffer => Cut(buffer, buffer.Position, buffer.Length)));
        keys.Add(ConsoleKey.W, ConsoleModifiers.Control, () => new EditCommand(buffer => Cut(buffer, WordBefore(buffer), buffer.Position)));
        keys.Add(ConsoleKey.C, ConsoleModifiers.Control, () => new EndCommand(LineEnd.Dropped, ended));
        keys.Add(ConsoleKey.D, ConsoleModifiers.Control, () => new EndCommand(LineEnd.Left, ended));
    }

    private static int WordBefore(LineBuffer buffer)
    {
        int at = buffer.Position;
        while (at > 0 && buffer.Content[at - 1] == ' ')
            at--;
        while (at > 0 && buffer.Content[at - 1] != ' ')
            at--;
        return at;
    }

    private static void Cut(LineBuffer buffer, int from, int to)
    {
        if (to <= from)
            return;
        buffer.Clear(from, to - from);
        buffer.Move(from);
    }

    private sealed class EditCommand(Action<LineBuffer> edit) : LineEditorCommand
    {
        public override void Execute(LineEditorContext context) => edit(context.Buffer);
    }

    private sealed class EndCommand(LineEnd end, Action<LineEnd> ended) : LineEditorCommand
    {
        // Ctrl+D deletes a character unless the line is empty, as in a shell.
        public override void Execute(LineEditorContext context)
        {
            if (end == LineEnd.Left && context.Buffer.Length > 0)
            {
                if (!context.Buffer.AtEnd)
                    context.Buffer.Clear(context.Buffer.Position, 1);
                return;
            }

            ended(end);
            context.Submit(SubmitAction.Cancel);
        }
    }

    // Each press of Ctrl+R shows the next older line that contains the text typed before the first press.
    private sealed class SearchCommand(IReadOnlyList<string> lines) : LineEditorCommand
    {
        private const string Wanted = "wanted", Shown = "shown", Next = "next";

        public override void Execute(LineEditorContext context)
        {
            LineBuffer buffer = context.Buffer;
            bool goesOn = context.GetState(Shown, () => "") is { Length: > 0 } shown && shown == buffer.Content;
            string wanted = goesOn ? context.GetState(Wanted, () => "") : buffer.Content;
            int next = goesOn ? context.GetState(Next, () => lines.Count) : lines.Count;
            for (int i = next - 1; i >= 0; i--)
            {
                if (!lines[i].Contains(wanted, StringComparison.OrdinalIgnoreCase) || lines[i] == buffer.Content)
                    continue;
                buffer.Clear(0, buffer.Length);
                buffer.Move(0);
                buffer.Insert(lines[i]);
                buffer.Move(buffer.Length);
                context.SetState(Wanted, wanted);
                context.SetState(Shown, lines[i]);
                context.SetState(Next, i);
                return;
            }
        }
    }
}
