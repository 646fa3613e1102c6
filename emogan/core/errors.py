"""The one error class for mistakes that the person at the keyboard can put right."""


class UserError(Exception):
    """A wrong value, a missing file, a full disk: something the person can mend.

    The message is one sentence that names the wrong value, what was expected and what to do. The command line prints it
    without a traceback and exits with code 2; ``debug=true`` shows the traceback as well.

    Example:
        >>> try:
        ...     emogan.load().faces("fury")
        ... except emogan.UserError as error:
        ...     print(str(error).split(":")[0])
        emotion=fury is not usable
    """


class DamagedFileError(UserError):
    """A file of ours whose content is no longer what was written: it failed its checksum, or ends too early."""


def missing_extra(package: str, extra: str) -> UserError:
    """The error for an optional package that is not installed."""
    return UserError(f'This needs the package "{package}", which is not installed: pip install "emogan[{extra}]"')
