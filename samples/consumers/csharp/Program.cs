using RabbitMQ.Client;
using RabbitMQ.Client.Events;

// Prints a line for every AlertRaised and AlertSent, until Ctrl-C. First argument: the broker's address.
if (args is not [var address])
{
    await Console.Error.WriteLineAsync("holdfast-sample-consumer amqp://user:password@host:5672/vhost");
    return 2;
}

const string Queue = "sample-alert-consumer";
string[] exchanges = ["Holdfast.Contracts:AlertRaised", "Holdfast.Contracts:AlertSent"];
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) => (pressed.Cancel, _) = (true, stop.CancelAsync());
await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(stop.Token);
await using var channel = await connection.CreateChannelAsync(cancellationToken: stop.Token);
await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: stop.Token);
foreach (var exchange in exchanges)
{
    // Holdfast declares them the same way; whoever comes first makes them.
    await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: stop.Token);
    await channel.QueueBindAsync(Queue, exchange, "", cancellationToken: stop.Token);
}

var seen = new HashSet<string>(StringComparer.Ordinal);
var consumer = new AsyncEventingBasicConsumer(channel);
consumer.ReceivedAsync += async (_, delivery) =>
{
    using var envelope = JsonDocument.Parse(delivery.Body);
    var message = envelope.RootElement.GetProperty("message");
    var line = message.TryGetProperty("delivery", out var key)
        ? seen.Add(key.GetString()!) ? $"sent    {Text("channel")}  {Text("event")}  {Text("target")}  {Text("status")}" : null
        : $"raised  {Text("condition")}  {Text("event")}  {Text("target")}  {Text("summary")}";
    if (line is not null)
    {
        Console.WriteLine(line);
    }

    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, stop.Token);

    string Text(string name) => message.GetProperty(name).ToString();
};
await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, stop.Token);
Console.WriteLine("listening");
await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
return 0;
