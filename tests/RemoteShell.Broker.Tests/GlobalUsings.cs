global using RemoteShell.Testing;
global using RemoteShell.Testing.Nats;
global using Xunit;
