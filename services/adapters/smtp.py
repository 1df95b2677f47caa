"""A mail server by SMTP: the connection encrypted and its certificate checked unless it is on this machine."""

import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP

from core.errors import Lost, Unavailable
from core.notices.letter import Letter
from core.notices.model import line
from core.ports import Delivered, Delivery
from services.mail_settings import MailSettings

PATIENCE_SECONDS = 10
PERMANENT = 500
"""SMTP's answers from here on are for good; those below may be another tomorrow."""
SENDER = "Cloud Pioneer"


class SmtpMail:
    """Signs in anew for each batch: a connection that lies idle is closed by most servers."""

    def __init__(self, settings: MailSettings) -> None:
        """Settings that `refuse_unsafe_mail` has let pass."""
        self.settings = settings
        self.sender = Address(SENDER, addr_spec=settings.smtp_from or "")

    def check(self) -> str:
        """Connect, encrypt and sign in, and say to what. Raises `Unavailable`."""
        given = self.settings
        with self._session() as server:
            try:
                server.noop()
            except (smtplib.SMTPException, OSError) as error:
                raise self._unavailable(error) from error
        how = "unencrypted, on this machine" if given.smtp_tls == "none" else given.smtp_tls
        who = f", signed in as {given.smtp_user}" if given.smtp_user else ""
        return f"{given.smtp_host}:{given.smtp_port} ({how}{who})"

    def deliver(self, letters: Iterable[Letter]) -> Iterator[Delivery]:
        """Hand letters over one by one. Raises `Unavailable`, or `Lost` where the server went away while it had one."""
        with self._session() as server:
            for letter in letters:
                yield self._hand_over(server, letter)

    def _hand_over(self, server: smtplib.SMTP, letter: Letter) -> Delivery:
        try:
            message = self._message(letter)
        except (MessageError, ValueError, IndexError) as error:
            return Delivery(letter, Delivered.REFUSED, f"It cannot be addressed: {line(error, 200)}")
        try:
            server.send_message(message, self.sender.addr_spec, [letter.to])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _not_taken(letter, code, words)
        except smtplib.SMTPDataError as error:
            return _not_taken(letter, error.smtp_code, error.smtp_error)
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            return Delivery(letter, Delivered.REFUSED, line(error, 200))
        except smtplib.SMTPSenderRefused as error:
            raise self._unavailable(error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Lost(f"The mail server went away while it had a mail: {_words(error)}") from error
        return Delivery(letter, Delivered.SENT)

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = Address(_words_of(letter.name), addr_spec=letter.to)
        message["Subject"] = _words_of(letter.subject)
        message["Date"] = letter.at
        message["Message-ID"] = f"<{letter.id}@{self.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        _refuse_another_head(message)
        return message

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        try:
            server = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            raise self._unavailable(error) from error
        try:
            yield server
        finally:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _connected(self) -> smtplib.SMTP:
        given = self.settings
        host, name = given.smtp_host or "", socket.gethostname()
        if given.smtp_tls == "implicit":
            trust = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, given.smtp_port, local_hostname=name, timeout=PATIENCE_SECONDS, context=trust
            )
        else:
            server = smtplib.SMTP(host, given.smtp_port, local_hostname=name, timeout=PATIENCE_SECONDS)
        try:
            if given.smtp_tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if given.smtp_user and given.smtp_password:
                server.login(given.smtp_user, given.smtp_password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server

    def _unavailable(self, error: Exception) -> Unavailable:
        given = self.settings
        return Unavailable(
            f"The mail server {given.smtp_host}:{given.smtp_port} takes no mail: {_words(error)}",
            mend="Check SMTP_HOST and the other SMTP settings with ./pioneer doctor; mails wait and are not lost.",
        )


def _words_of(text: str) -> str:
    """Text for a head: what looks like an encoded word would be decoded by Python's own library, line breaks in it and all."""
    return text.replace("=?", "=\N{WORD JOINER}?")


def _refuse_another_head(message: EmailMessage) -> None:
    """Raise `ValueError` where what is written reads as other headers than were set, by whatever trick."""
    written = BytesHeaderParser(policy=SMTP).parsebytes(message.as_bytes())
    if written.keys() != message.keys():
        text = "its address or title would change its head"
        raise ValueError(text)


def _not_taken(letter: Letter, code: int, words: bytes | str) -> Delivery:
    outcome = Delivered.REFUSED if code >= PERMANENT else Delivered.LATER
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    return Delivery(letter, outcome, line(f"{code} {said}", 200))


def _words(error: Exception) -> str:
    """What a server or the network said; never what we sent."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return line(
            f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}", 200
        )
    return line(error, 200) or error.__class__.__name__
