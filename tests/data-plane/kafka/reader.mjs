// Prints each committed message of topics as a line of JSON, until there are as many as said and then none for a while.
//   node reader.mjs host:port count topic…
import process from 'node:process';
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const [brokers, count, ...topics] = process.argv.slice(2);
const client = new Kafka({ clientId: 'reader', brokers: [brokers], logLevel: logLevel.NOTHING });
const consumer = client.consumer({ groupId: `reader-${process.pid}`, readUncommitted: false, maxWaitTimeInMs: 50 });
const quiet = 1500;
let seen = 0;
let last = Date.now();
const text = bytes => bytes === null ? null : bytes.toString('utf8');

await consumer.connect();
await consumer.subscribe({ topics, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ topic, partition, message }) => {
    seen++;
    last = Date.now();
    console.log(JSON.stringify({ topic, partition, offset: Number(message.offset), key: text(message.key), value: text(message.value) }));
  },
});
const timer = setInterval(async () => {
  if (seen >= Number(count) && Date.now() - last > quiet) {
    clearInterval(timer);
    await consumer.disconnect();
    process.stdout.end(() => process.exit(0));
  }
}, 100);
