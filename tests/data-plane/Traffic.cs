namespace Holdfast.DataPlane.Tests;

/// <summary>Customers of a bank: transfers, and now and then a closing, until they are told to stop.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _working;

    private Traffic(Bank bank, int seed, int from, int closingEvery, TimeSpan pause)
    {
        Made = from - 1;
        _working = Task.Run(() => Work(bank, new Random(seed), closingEvery, pause));
    }

    /// <summary>Count of the transactions that have been committed.</summary>
    internal int Made { get; private set; }

    /// <param name="bank">The bank.</param>
    /// <param name="seed">Of the choice of payer and payee.</param>
    /// <param name="closingEvery">Each such transaction is a closing; 0: none is.</param>
    /// <param name="from">Number of the first transaction.</param>
    /// <param name="pause">Between two of them.</param>
    internal static Traffic Start(Bank bank, int seed, int closingEvery = 0, int from = 1, TimeSpan? pause = null) =>
        new(bank, seed, from, closingEvery, pause ?? TimeSpan.FromMilliseconds(2));

    /// <summary>The last one is committed.</summary>
    internal async Task Stop()
    {
        await _stop.CancelAsync();
        await _working;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_working);
        _stop.Dispose();
    }

    private async Task Work(Bank bank, Random random, int closingEvery, TimeSpan pause)
    {
        using var connection = bank.Open();
        while (!_stop.IsCancellationRequested)
        {
            var number = Made + 1;
            if (closingEvery > 0 && number % closingEvery == 0)
            {
                Bank.Close(connection, random, number);
            }
            else
            {
                Bank.Transfer(connection, random, number);
            }

            Made = number;
            await Task.WhenAny(Task.Delay(pause, TimeProvider.System, _stop.Token));
        }
    }
}
