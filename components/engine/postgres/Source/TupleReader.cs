using System.Buffers;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Values;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>Makes images of the tuples of one message.</summary>
internal sealed class TupleReader
{
    private const byte Null = (byte)'n';
    private const byte Unchanged = (byte)'u';
    private const byte Text = (byte)'t';

    private readonly ArrayBufferWriter<byte> _before = new();
    private readonly ArrayBufferWriter<byte> _after = new();
    private readonly RowIndex _old = new();

    /// <summary>The images of a row's change; what the message does not have is none.</summary>
    internal (Row Before, Row After) Read(ref WireReader message, Relation relation, char kind)
    {
        _before.ResetWrittenCount();
        _after.ResetWrittenCount();
        var hasOld = false;
        while (!message.IsAtEnd)
        {
            var tag = (char)message.Byte();
            switch (tag)
            {
                case 'K' or 'O':
                    Tuple(ref message, relation, new RowWriter(_before), isKeyOnly: tag == 'K', hasOld: false);
                    hasOld = true;
                    break;
                case 'N':
                    if (hasOld)
                    {
                        _old.Of(new Row(_before.WrittenMemory));
                    }

                    Tuple(ref message, relation, new RowWriter(_after), isKeyOnly: false, hasOld);
                    break;
                default:
                    throw new DamagedException($"there is no kind of tuple '{tag}'");
            }
        }

        if (kind == 'U' && !hasOld)
        {
            KeyOfAfter(relation);
        }

        return (new Row(_before.WrittenMemory), new Row(_after.WrittenMemory));
    }

    /// <summary>A value that was not changed and is kept outside of its row is not sent: the image of before may have it.</summary>
    private void Tuple(ref WireReader message, Relation relation, RowWriter to, bool isKeyOnly, bool hasOld)
    {
        var columns = message.Int16();
        if (columns != relation.Types.Count)
        {
            throw new DamagedException($"a row of {relation.Schema.FullName} has {columns} columns, {relation.Types.Count} were told");
        }

        for (var i = 0; i < columns; i++)
        {
            var kind = message.Byte();
            switch (kind)
            {
                case Null when isKeyOnly && !relation.IsKey[i]:
                    to.Absent();
                    break;
                case Null:
                    to.Null();
                    break;
                case Unchanged when hasOld:
                    to.Copy(_old[i]);
                    break;
                case Unchanged:
                    to.Absent();
                    break;
                case Text:
                    var text = message.Take(message.Int32());
                    try
                    {
                        Utf8Reading.Write(to, relation.Types[i], text);
                    }
                    catch (Exception error) when (TextReading.IsUnreadable(error))
                    {
                        var name = $"{relation.Schema.FullName}.{relation.Schema.Columns[i].Name}";
                        throw new SourceFaultException(CaptureFaults.NoValue(name, relation.Types[i].Name, error));
                    }

                    break;
                default:
                    throw new DamagedException($"there is no kind of value '{(char)kind}'");
            }
        }
    }

    /// <summary>An update without an image of before has not changed the replica identity.</summary>
    private void KeyOfAfter(Relation relation)
    {
        if (!relation.IsKey.Contains(true))
        {
            return;
        }

        _old.Of(new Row(_after.WrittenMemory));
        var to = new RowWriter(_before);
        for (var i = 0; i < relation.IsKey.Count; i++)
        {
            if (relation.IsKey[i])
            {
                to.Copy(_old[i]);
            }
            else
            {
                to.Absent();
            }
        }
    }
}
