# Runs a step's Python code. It speaks lines of JSON with its parent on the file descriptor 3: the step comes in, what it asks
# and what it leaves goes out.
import json, linecache, os, sys, threading, traceback, types


def main():
    os.set_inheritable(3, False)
    channel = Channel(os.fdopen(3, "r+b", buffering=0))
    given = channel.read()
    pd = Pipedream(given, channel)
    answer = run(given, pd)
    # What the code has made of sys.stdout stays its own affair.
    try:
        sys.stdout.flush()
    except Exception:
        pass
    channel.write(answer)


class Channel:
    """Lines of JSON, both ways. One question at a time, whatever threads the code has."""

    def __init__(self, file):
        self.file = file
        self.lock = threading.Lock()

    def ask(self, operation, **given):
        with self.lock:
            self.write(json.dumps({"ask": operation, "input": given}, allow_nan=False))
            reply = self.read()
        if "refusal" in reply:
            refusal = reply["refusal"]
            hint = refusal.get("hint")
            raise RuntimeError(refusal["message"] if hint is None else "%s. %s" % (refusal["message"], hint))
        return reply["answer"]

    def read(self):
        parts = []
        while True:
            part = self.file.read(1 << 20)
            if not part:
                raise EOFError("the server is gone")
            parts.append(part)
            if part.endswith(b"\n"):
                return json.loads(b"".join(parts))

    def write(self, text):
        rest = memoryview(text.encode("utf-8", "backslashreplace") + b"\n")
        while rest:
            rest = rest[self.file.write(rest) :]


class Pipedream:
    def __init__(self, given, channel):
        self.steps = given["steps"]
        self.inputs = given["inputs"]
        self.context = given["context"]
        self.flow = Flow(channel)
        self._channel = channel
        self._exports = {}

    def export(self, name, value):
        self._exports[str(name)] = value

    def respond(self, response):
        self._channel.ask("respond", **response)


class Flow:
    """What is asked for here happens when the step has ended."""

    def __init__(self, channel):
        self._channel = channel

    def exit(self, reason=None):
        self._channel.ask("flow.exit", **({} if reason is None else {"reason": str(reason)}))

    def delay(self, ms):
        return self._channel.ask("flow.delay", ms=ms)

    def suspend(self, ms=None):
        return self._channel.ask("flow.suspend", **({} if ms is None else {"ms": ms}))

    def rerun(self, ms, context=None, max=None):
        given = {"ms": ms, "context": context, "max": max}
        return self._channel.ask("flow.rerun", **{name: value for name, value in given.items() if value is not None})


def run(given, pd):
    left = {"exports": pd._exports}
    module = types.ModuleType("__main__")
    module.__file__ = given["file"]
    module.pd = pd
    sys.modules["__main__"] = module
    source = given["code"]
    linecache.cache[given["file"]] = (len(source), None, source.splitlines(True), given["file"])
    try:
        exec(compile(source, given["file"], "exec"), module.__dict__)
        handler = module.__dict__.get("handler")
        if callable(handler):
            left["returned"] = handler(pd)
        return encode({"left": left})
    except SystemExit as ended:
        if ended.code in (None, 0):
            left.pop("returned", None)
            return encode({"left": left})
        return encode({"error": failure(ended, "the step exited: %s" % (ended.code,), given["file"])})
    except BaseException as error:
        return encode({"error": failure(error, str(error), given["file"])})


def encode(answer):
    try:
        return json.dumps(answer, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        message = "what the step returns or exports cannot be written as JSON: %s" % (error,)
        return json.dumps({"error": {"name": type(error).__name__, "message": message}})


def failure(error, message, file):
    # Only the code's own lines: this file and the interpreter's are of no interest.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if isinstance(error, SyntaxError):
        stack = "".join(traceback.format_exception_only(type(error), error))
    else:
        stack = "%s: %s\n%s" % (type(error).__name__, message, "".join(traceback.format_list(frames)))
    return {"name": type(error).__name__, "message": message, "stack": stack}


main()
