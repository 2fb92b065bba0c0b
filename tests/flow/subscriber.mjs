// A subscriber that is not ours: binds a queue of its own to the exchanges of docs/asyncapi.yaml as it finds them, which declares none
// and so fails where one is missing, and checks each message by the schema that the parser of AsyncAPI gives.
//   node subscriber.mjs asyncapi.yaml                 the description is valid; prints its exchanges
//   node subscriber.mjs asyncapi.yaml amqp://… COUNT  prints each kind of message once, until there were COUNT of them
import { readFileSync } from 'node:fs';
import process from 'node:process';
import parserPackage from '@asyncapi/parser';
import Ajv from 'ajv';

const [file, address, count] = process.argv.slice(2);
const { Parser } = parserPackage;
const { document, diagnostics } = await new Parser().parse(readFileSync(file, 'utf8'));
const faults = diagnostics.filter(d => d.severity === 0);
for (const fault of faults) console.error(`${fault.path.join('.')}: ${fault.message}`);
if (!document || faults.length > 0) process.exit(1);

const ajv = new Ajv({ strict: false, validateFormats: false });
const exchanges = document.channels().all().flatMap(channel => {
  const exchange = channel.bindings().get('amqp')?.value().exchange?.name;
  const message = channel.messages().all()[0];
  return exchange ? [{ exchange, name: message.name(), validate: ajv.compile(message.payload().json()) }] : [];
});
if (!address) {
  for (const { exchange } of exchanges) console.log(exchange);
  process.exit(0);
}

const { connect } = (await import('amqplib')).default;
const connection = await connect(address);
const channel = await connection.createChannel();
const { queue } = await channel.assertQueue('', { exclusive: true });
for (const { exchange } of exchanges) {
  await channel.checkExchange(exchange);
  await channel.bindQueue(queue, exchange, '');
}
console.log('listening');
const seen = new Set();
await channel.consume(queue, delivery => {
  const { exchange, name, validate } = exchanges.find(e => e.exchange === delivery.fields.exchange)
    ?? { exchange: delivery.fields.exchange };
  const { message, messageType } = JSON.parse(delivery.content.toString('utf8'));
  if (!validate || !messageType.includes(`urn:message:Holdfast.Contracts:${name}`) || !validate(message)) {
    console.error(`${exchange}: ${JSON.stringify(validate?.errors)} in ${JSON.stringify(message)}`);
    process.exit(1);
  }
  channel.ack(delivery);
  if (!seen.has(name)) {
    seen.add(name);
    console.log(name);
    if (seen.size >= Number(count)) process.exit(0);
  }
});
