"""An SMTP server (aiosmtpd) on a free port of loopback for the tests of the email channel: it keeps what it takes as files, and its
answers go by the addresses that it is given.

    server.py FOLDER [--cert FILE --key FILE [--implicit]] [--auth USER PASSWORD]

Prints the port once it listens, and ends when its standard input does."""
import argparse
import asyncio
import logging
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument('folder')
parser.add_argument('--cert')
parser.add_argument('--key')
parser.add_argument('--implicit', action='store_true')
parser.add_argument('--auth', nargs=2)
given = parser.parse_args()
logging.disable(logging.CRITICAL)


class Mailboxes:
    taken = 0

    async def handle_MAIL(self, server, session, envelope, address, options):
        if address.startswith('blocked'):
            return '553 5.7.1 you may not send as ' + address
        envelope.mail_from = address
        return '250 OK'

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('gone'):
            return '550 5.1.1 no such mailbox'
        # Greylisting: the first try is put off.
        seen = os.path.join(given.folder, address + '.seen')
        if address.startswith('grey') and not os.path.exists(seen):
            open(seen, 'w').close()
            return '451 4.7.1 come back later'
        if address.startswith('later'):
            return '450 4.2.1 mailbox busy'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        if b'too-large' in envelope.content:
            return '552 5.3.4 message too large'
        Mailboxes.taken += 1
        name = os.path.join(given.folder, str(Mailboxes.taken))
        with open(name + '.part', 'wb') as file:
            lines = ['X-Test-Recipients: ' + ' '.join(envelope.rcpt_tos), 'X-Test-Tls: ' + str(session.ssl is not None),
                     'X-Test-User: ' + (session.auth_data.login.decode() if session.auth_data else '')]
            file.write('\r\n'.join(lines).encode() + b'\r\n' + envelope.content)
        os.rename(name + '.part', name + '.eml')
        return '250 2.0.0 Ok: queued as ' + str(Mailboxes.taken)


def authenticate(server, session, envelope, mechanism, data):
    user, password = given.auth
    if data.login == b'busy':
        return AuthResult(success=False, handled=False, message='454 4.7.0 try again later')
    holds = (data.login, data.password) == (user.encode(), password.encode())
    return AuthResult(success=True, auth_data=data) if holds else AuthResult(
        success=False, handled=False, message='535 5.7.8 ' + data.password.decode() + ' is not the password')


async def main():
    tls = None
    if given.cert:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.cert, given.key)
    options = {'hostname': 'mail.test', 'enable_SMTPUTF8': True}
    if given.auth:
        options |= {'authenticator': authenticate, 'auth_required': True, 'auth_require_tls': bool(tls) and not given.implicit}
    if tls and not given.implicit:
        options |= {'tls_context': tls}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Mailboxes(), loop=loop, **options), '127.0.0.1', 0, ssl=tls if given.implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


asyncio.run(main())
