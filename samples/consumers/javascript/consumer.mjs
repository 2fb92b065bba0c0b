// Prints a line for every alert that it has not seen before.
//   node consumer.mjs kafka host:port,host:port topic [how many, then it ends]
//   node consumer.mjs amqp amqp://user:password@host:5672/vhost [how many, then it ends]
import process from 'node:process';

const [kind, address, ...rest] = process.argv.slice(2);
const seen = new Set();
let left = Infinity;
let finished;
const done = new Promise(resolve => { finished = resolve; });

/** Delivery is at least once: a key that was seen before is the same news. */
function tell(key, line) {
  if (!seen.has(key)) {
    seen.add(key);
    console.log(line);
    if (--left <= 0) finished();
  }
}

async function kafka(brokers, topic) {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const client = new Kafka({ clientId: 'holdfast-sample', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const consumer = client.consumer({ groupId: `holdfast-sample-${topic}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const event = JSON.parse(message.value.toString('utf8'));
      if (event.specversion !== '1.0') throw new Error(`not CloudEvents 1.0: ${event.specversion}`);
      const { alarm_status, alarm_type, alarm_summary } = event.data;
      tell(event.id, `${message.key} ${alarm_status} ${alarm_type} ${event.subject}: ${alarm_summary}`);
    },
  });
  return () => consumer.disconnect();
}

async function amqp(url) {
  const { connect } = (await import('amqplib')).default;
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  for (const name of ['AlertRaised', 'AlertSent']) {
    await channel.assertExchange(`Holdfast.Contracts:${name}`, 'fanout', { durable: true });
    await channel.bindQueue(queue, `Holdfast.Contracts:${name}`, '');
  }
  await channel.consume(queue, delivery => {
    const { messageId, message } = JSON.parse(delivery.content.toString('utf8'));
    tell(message.delivery ?? messageId, message.delivery
      ? `sent ${message.channel} ${message.event} ${message.target} ${message.status}`
      : `raised ${message.condition} ${message.event} ${message.target}: ${message.summary}`);
    channel.ack(delivery);
  });
  return () => connection.close();
}

const readers = { kafka: () => kafka(address, rest[0]), amqp: () => amqp(address) };
if (!address || !readers[kind] || (kind === 'kafka' && !rest[0])) {
  console.error('node consumer.mjs kafka BROKERS TOPIC [COUNT] | amqp URL [COUNT]');
  process.exit(2);
}
left = Number(rest[kind === 'kafka' ? 1 : 0] ?? Infinity);
process.once('SIGINT', () => finished());
process.once('SIGTERM', () => finished());
const close = await readers[kind]();
console.log('listening');
await done;
await close();
