global using RemoteShell.Testing;
global using Xunit;
