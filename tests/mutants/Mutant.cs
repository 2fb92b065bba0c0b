namespace Holdfast.Mutants;

/// <summary>One change to one place of the source.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="File">The path from the root.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Kind">The kind of change.</param>
/// <param name="Member">The member that it is in, as Type.Member.</param>
/// <param name="Original">The source's text.</param>
/// <param name="Text">The text that it becomes.</param>
/// <param name="IsOnce">It is in an initializer, which runs once in a process.</param>
/// <param name="Place">The node that is switched.</param>
/// <param name="Switch">Makes the switched node, from the number and the rewritten node.</param>
internal sealed record Mutant(int Id, string File, int Line, int Column, string Kind, string Member, string Original, string Text,
    bool IsOnce, SyntaxNode Place, Func<int, SyntaxNode, SyntaxNode> Switch)
{
    /// <summary>The key in the list of equivalents: it stays the same when lines move.</summary>
    internal string Key => $"{File}: {Member}: {Original} => {Text}";
}
