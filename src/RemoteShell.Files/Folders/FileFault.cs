namespace RemoteShell.Files.Folders;

/// <summary>Why an operation on a file failed.</summary>
public enum FileFault
{
    /// <summary>The path does not exist.</summary>
    NotFound,

    /// <summary>The process may not do it.</summary>
    Denied,

    /// <summary>A part of the path is not a directory.</summary>
    NotFolder,

    /// <summary>The path is a directory.</summary>
    IsFolder,

    /// <summary>The path exists already.</summary>
    Exists,

    /// <summary>The directory is not empty.</summary>
    NotEmpty,

    /// <summary>The file system is full, or the file is larger than it can hold.</summary>
    NoSpace,

    /// <summary>The user's disk quota, or the file quota of the key, is used up.</summary>
    Quota,

    /// <summary>A name is longer than the file system can hold.</summary>
    NameTooLong,

    /// <summary>The path leads through too many links, or through a link where none is allowed.</summary>
    LinkLoop,

    /// <summary>The file system is read-only.</summary>
    ReadOnly,

    /// <summary>The file system cannot do it.</summary>
    NotSupported,

    /// <summary>The file is in use.</summary>
    Busy,

    /// <summary>Another transfer writes the file.</summary>
    Locked,

    /// <summary>The file or directory was replaced meanwhile.</summary>
    Changed,

    /// <summary>Both paths are not on the same file system.</summary>
    OtherFileSystem,

    /// <summary>The path leads out of the directory that bounds it.</summary>
    Outside,

    /// <summary>The path is a link, a pipe, a socket or a device.</summary>
    NotRegular,

    /// <summary>Another reason; the text says which.</summary>
    Other,
}
