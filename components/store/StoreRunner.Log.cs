using System.Net;
using Holdfast.Engine;
using Microsoft.Extensions.Logging;

namespace Holdfast.Store;

/// <content>The lines of its log.</content>
public sealed partial class StoreRunner
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Store {Store} serves at {Endpoint} what is after {After}, up to {Last} now")]
    private partial void LogServes(string store, IPEndPoint endpoint, Position after, Position last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Store stops reading and tries again: {Fault}")]
    private partial void LogWaits(string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The source was not told that everything up to {Position} is safe: {Why}")]
    private partial void LogNotConfirmed(Position position, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What}")]
    private partial void LogClock(string what);

    [LoggerMessage(Level = LogLevel.Error, Message = "{What}")]
    private partial void LogLost(string what);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Task} was not heard for as long as consumers are remembered: what it needs after {Checkpoint} is kept no longer")]
    private partial void LogForgotten(string task, Position checkpoint);
}
