using Holdfast.Engine.MySql.Db;
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

/// <summary>A column that a statement writes or finds rows by.</summary>
/// <param name="Index">In the row.</param>
/// <param name="Column">In the database.</param>
/// <param name="Shape">In the database.</param>
internal sealed record PlannedColumn(int Index, Column Column, ColumnShape Shape)
{
    internal string Name => Sql.Name(Column.Name);
}
