namespace Holdfast.App.Operator;

/// <summary>
/// Rows of equally many cells as lines of text, the header first. Where they are wider than the line, cells go over several lines, at
/// blanks. Where that leaves too little, the first cell gets a line of its own, above the others. Where even these are too wide, each row
/// is a paragraph. No word is ever broken. Pure.
/// </summary>
internal static class TableText
{
    /// <summary>Narrower than this a column of sentences is not made.</summary>
    private const int SentenceMin = 20;

    private const string Between = "  ";

    /// <param name="rows">Equally many cells each, the header first.</param>
    /// <param name="width">Of a line; null: nothing bounds it, and a row is a line.</param>
    /// <param name="paint">Gives a cell its colour, after it has got its place: the cell, and the text of it that is shown.</param>
    internal static IEnumerable<string> Lines(
        IReadOnlyList<string[]> rows, int? width = null, Func<string, string, string>? paint = null)
    {
        paint ??= (_, shown) => shown;
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        if (width is not { } most || Sum(widths) <= most || Shrunk(rows, widths, most))
        {
            return rows.SelectMany(row => Row(row, widths, paint));
        }

        var (rest, others) = (rows.Select(row => row[1..]).ToList(), widths[1..]);
        return others.Length > 0 && (Sum(others) <= most - Between.Length || Shrunk(rest, others, most - Between.Length))
            ? rows.SelectMany((row, i) => Wrap(row[0], most).Select(part => paint(row[0], part))
                .Concat(Row(rest[i], others, paint).Select(line => Between + line)))
            : Paragraphs(rows, most, paint);
    }

    private static int Sum(int[] widths) => widths.Sum() + Between.Length * (widths.Length - 1);

    /// <summary>Takes the widest columns of sentences together until all fit; false: they cannot.</summary>
    private static bool Shrunk(IReadOnlyList<string[]> rows, int[] widths, int most)
    {
        var least = widths.Select((width, column) => rows.Max(row => row[column].Split(' ').Max(word => word.Length)) is var word
            && width > SentenceMin ? Math.Max(word, SentenceMin) : width).ToArray();
        if (Sum(least) > most)
        {
            return false;
        }

        while (Sum(widths) > most)
        {
            widths[Enumerable.Range(0, widths.Length).Where(c => widths[c] > least[c]).MaxBy(c => widths[c])]--;
        }

        return true;
    }

    private static IEnumerable<string> Row(string[] row, int[] widths, Func<string, string, string> paint)
    {
        var cells = row.Select((cell, column) => Wrap(cell, widths[column])).ToArray();
        for (var line = 0; line < cells.Max(c => c.Count); line++)
        {
            var text = new StringBuilder();
            var pending = "";
            for (var column = 0; column < cells.Length; column++)
            {
                var part = line < cells[column].Count ? cells[column][line] : "";
                if (part.Length > 0)
                {
                    text.Append(pending).Append(paint(row[column], part));
                    pending = "";
                }

                pending += new string(' ', Math.Max(0, widths[column] - part.Length)) + Between;
            }

            yield return text.ToString();
        }
    }

    /// <summary>A row's first cell, then each other one that has anything, under its title.</summary>
    private static IEnumerable<string> Paragraphs(IReadOnlyList<string[]> rows, int most, Func<string, string, string> paint)
    {
        var titles = rows[0].Max(title => title.Length);
        foreach (var row in rows.Skip(1))
        {
            foreach (var part in Wrap(row[0], most))
            {
                yield return paint(row[0], part);
            }

            for (var column = 1; column < row.Length; column++)
            {
                var isFirst = true;
                foreach (var part in Wrap(row[column], Math.Max(SentenceMin, most - titles - 2 * Between.Length)).Where(p => p.Length > 0))
                {
                    yield return $"{Between}{(isFirst ? rows[0][column] : "").PadRight(titles)}{Between}{paint(row[column], part)}";
                    isFirst = false;
                }
            }
        }
    }

    /// <summary>At blanks alone: a word that is longer than the line stands alone in it.</summary>
    private static List<string> Wrap(string cell, int width)
    {
        if (cell.Length <= width)
        {
            return [cell];
        }

        List<string> lines = [];
        foreach (var word in cell.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= width)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }

        return lines;
    }
}
