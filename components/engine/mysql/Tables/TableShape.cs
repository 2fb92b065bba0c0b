using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Tables;

/// <summary>A column, beyond what engines share.</summary>
/// <param name="DataType">Its type without what stands in brackets.</param>
/// <param name="Charset">Of text; empty: it is none.</param>
/// <param name="HasDefault">An insert may leave it out.</param>
/// <param name="IsUnsigned">Whole numbers without a sign.</param>
/// <param name="Length">Letters of text, bytes of binary ones; null: no limit of its own.</param>
/// <param name="Digits">Behind the point, or of a fraction of a second.</param>
internal sealed record ColumnShape(string DataType, string Charset, bool HasDefault, bool IsUnsigned, long? Length, int Digits);

/// <summary>A table as a server has it.</summary>
internal sealed record TableShape(TableSchema Schema, IReadOnlyList<ColumnShape> Columns, IReadOnlyList<string> Triggers);
