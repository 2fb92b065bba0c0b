namespace Holdfast.Samples.Shop;

/// <summary>Values of every kind that a column of the shop takes, texts of many scripts among them.</summary>
internal sealed class ShopValues(Random random)
{
    private static readonly string[] Words =
        ["Kaffee", "чай", "緑茶", "crème brûlée", "بُنّ", "Σοκολάτα", "🍰", "naïve", "Łódź", "O'Reilly \\ 100 %", "\t", "한과"];

    internal string Word() => Words[random.Next(Words.Length)];

    internal string Profile() => JsonSerializer.Serialize(
        new { likes = new[] { Word() }, visits = random.Next(500), news = random.Next(2) == 0 ? true : (bool?)null });

    internal byte[] Some(int bytes)
    {
        var some = new byte[random.Next(1, bytes)];
        random.NextBytes(some);
        return some;
    }
}
