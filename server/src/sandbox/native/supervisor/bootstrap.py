# Runs a step's Python code. It speaks JSON lines with its parent on the file descriptor 3: one in, one out.
import json, os, sys, types


def main():
    os.set_inheritable(3, False)
    channel = os.fdopen(3, "r+b", buffering=0)
    given = json.loads(read_line(channel))
    left = {"exports": {}}

    class Flow:
        def exit(self, reason=None):
            left["exit"] = "the step ended the run" if reason is None else str(reason)

    class Pipedream:
        steps = given["steps"]
        inputs = given["inputs"]
        context = given["context"]
        flow = Flow()

        def export(self, name, value):
            left["exports"][str(name)] = value

        def respond(self, response):
            left.setdefault("response", response)

    answer = run(given, Pipedream(), left)
    # What the code has made of sys.stdout stays its own affair.
    try:
        sys.stdout.flush()
    except Exception:
        pass
    write(channel, answer)


def run(given, pd, left):
    module = types.ModuleType("__main__")
    module.__file__ = given["file"]
    module.pd = pd
    sys.modules["__main__"] = module
    import linecache

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
    import traceback

    # Only the code's own lines: this file and the interpreter's are of no interest.
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if isinstance(error, SyntaxError):
        stack = "".join(traceback.format_exception_only(type(error), error))
    else:
        stack = "%s: %s\n%s" % (type(error).__name__, message, "".join(traceback.format_list(frames)))
    return {"name": type(error).__name__, "message": message, "stack": stack}


def read_line(channel):
    parts = []
    while True:
        part = channel.read(1 << 20)
        if not part:
            raise EOFError("no step was given")
        parts.append(part)
        if part.endswith(b"\n"):
            return b"".join(parts)


def write(channel, text):
    rest = memoryview(text.encode("utf-8", "backslashreplace") + b"\n")
    while rest:
        rest = rest[channel.write(rest) :]


main()
