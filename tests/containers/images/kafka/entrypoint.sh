set -euo pipefail
LISTEN_ON=$(hostname -i)
export LISTEN_ON LD_PRELOAD=/kafka/listen.so
topic=${HOLDFAST_TEST_TOPIC:-holdfast-alerts}
# Reading makes the topic; it is asked again until it is there.
exec kcat -b unused:1 -X test.mock.num.brokers=1 -X allow.auto.create.topics=true -C -t "$topic" -o beginning -u -f 'received %k %s\n'
