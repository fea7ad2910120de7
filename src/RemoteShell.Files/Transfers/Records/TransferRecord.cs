using System.Text.Json.Serialization;

namespace RemoteShell.Files.Transfers.Records;

/// <summary>A message between the two ends of a transfer. Paths and names are escaped, see <see cref="Names.FileName.Escaped"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(StartRecord), "start")]
[JsonDerivedType(typeof(ReadyRecord), "ready")]
[JsonDerivedType(typeof(RefusalRecord), "refused")]
[JsonDerivedType(typeof(EntryRecord), "entry")]
[JsonDerivedType(typeof(EndOfFolderRecord), "end-of-folder")]
[JsonDerivedType(typeof(FaultRecord), "fault")]
[JsonDerivedType(typeof(DataRecord), "data")]
[JsonDerivedType(typeof(HoleRecord), "hole")]
[JsonDerivedType(typeof(EndOfFileRecord), "end-of-file")]
[JsonDerivedType(typeof(EndRecord), "end")]
[JsonDerivedType(typeof(WantRecord), "want")]
[JsonDerivedType(typeof(OutcomeRecord), "outcome")]
[JsonDerivedType(typeof(OperationRecord), "operation")]
internal abstract record TransferRecord
{
    /// <summary>Whether no element of a list is null, which the reader of JSON does not check.</summary>
    internal virtual bool HasAllElements => true;
}
