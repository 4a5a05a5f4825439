import {
  Body,
  BodyAction,
  callForeignFunction,
  Counter,
  Gauge,
  getProperty,
  getPropertyText,
  Headers,
  HeadersAction,
  Histogram,
  HttpFilter,
  lastFailure,
  LocalReplyOptions,
  log,
  Plugin,
  properties,
  registerHttpFilter,
  TrailersAction,
} from "as-proxy-wasm-sdk";

const five = new Counter("mistakes.five");
const below = new Gauge("mistakes.below");

/** What can be got wrong in a filter, one thing a request: the header x-mistake says which, and the log what came of it. */
class Mistakes extends HttpFilter {
  private mistake: string = "";

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const mistake = headers.get("x-mistake");
    if (mistake === null) return HeadersAction.Continue;
    this.mistake = mistake;
    if (mistake == "properties") this.readProperties();
    else if (mistake == "counter") this.count();
    else if (mistake == "metrics") this.misuseMetrics();
    else if (mistake == "foreign function") this.callForeignFunctions();
    else if (mistake == "read response headers in a request") this.read(this.responseHeaders);
    else if (mistake == "read request trailers in request headers") this.read(this.requestTrailers);
    else if (mistake == "change response headers in a request") this.change(this.responseHeaders);
    else if (mistake == "change request trailers in request headers") this.change(this.requestTrailers);
    else if (mistake == "read a body in request headers") this.readBody(this.requestBody);
    else if (mistake == "read a response's body in a request") this.readBody(this.responseBody);
    else if (mistake == "change a body in request headers") this.changeBody(this.requestBody);
    else if (mistake == "inject") this.inject(headers);
    else if (mistake == "answer with bad headers") return this.answerWithBadHeaders();
    else if (mistake.startsWith("answer with status ")) return this.answerWith(mistake.slice(19));
    else if (mistake == "answer twice") return this.answerTwice();
    else if (mistake == "resume a request at once") say(this.resumeRequest(), "resumed");
    else if (mistake == "resume a response before it has begun") say(this.resumeResponse(), "resumed");
    else if (mistake == "close twice") return this.closeTwice();
    return HeadersAction.Continue;
  }

  onRequestBody(body: Body, endOfStream: bool): BodyAction {
    const mistake = this.mistake;
    if (mistake == "read request headers in a body") this.read(this.requestHeaders);
    else if (mistake == "change request headers in a body") this.change(this.requestHeaders);
    else if (mistake == "ranges") {
      if (!endOfStream) return BodyAction.StopIterationAndBuffer;
      this.readRanges(body);
    } else if (mistake == "resume in a body") say(this.resumeRequest(), "resumed");
    return BodyAction.Continue;
  }

  onRequestTrailers(trailers: Headers): TrailersAction {
    if (this.mistake == "read request headers in trailers") this.read(this.requestHeaders);
    return TrailersAction.Continue;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    const mistake = this.mistake;
    if (mistake == "read request headers in a response") this.read(this.requestHeaders);
    else if (mistake == "change request headers in a response") this.change(this.requestHeaders);
    else if (mistake == "change a request's body in a response") this.changeBody(this.requestBody);
    else if (mistake == "resume a response at once") say(this.resumeResponse(), "resumed");
    else if (mistake == "resume a request in its response") say(this.resumeRequest(), "resumed");
    return HeadersAction.Continue;
  }

  onResponseBody(body: Body, endOfStream: bool): BodyAction {
    const mistake = this.mistake;
    if (mistake == "read response headers in a body") this.read(this.responseHeaders);
    else if (mistake == "change response headers in a body") this.change(this.responseHeaders);
    else if (mistake == "answer in a response's body") {
      if (endOfStream) return BodyAction.Continue;
      say(this.sendLocalReply(500, "too late"), "answered");
      return BodyAction.StopIterationNoBuffer;
    }
    return BodyAction.Continue;
  }

  onLog(): void {
    const mistake = this.mistake;
    if (mistake == "log") this.readProperties();
    else if (mistake == "change headers in onLog") this.change(this.requestHeaders);
    else if (mistake == "answer in onLog") say(this.sendLocalReply(500, "too late"), "answered");
    else if (mistake == "resume in onLog") {
      say(this.resumeRequest(), "resumed the request");
      say(this.resumeResponse(), "resumed the response");
    }
  }

  private readProperties(): void {
    tell("empty path: " + orNull(getProperty([])));
    tell("empty segment: " + orNull(getProperty([""])));
    tell("NUL: " + orNull(getProperty(["request\0path"])));
    tell("unknown: " + orNull(getProperty(["no", "such", "thing"])));
    tell("no value: " + orNull(getProperty(["request"])) + because());
    const path = properties.request.path();
    tell("path: " + (path === null ? "null" : path));
    const address = properties.source.address();
    tell("address: " + (address === null ? "null" : "some"));
    tell("code: " + properties.response.code().toString());
    const mode = getPropertyText(["xds", "node", "id"]);
    tell("node: " + (mode === null ? "null" : mode));
  }

  private count(): void {
    const before = five.value;
    five.increment(5);
    tell("counted " + (five.value - before).toString());
    below.set(3);
    below.decrement(5);
    tell("below " + below.value.toString());
  }

  private misuseMetrics(): void {
    const nameless = new Counter("");
    tell("nameless: " + nameless.define().toString());
    nameless.increment();
    five.increment(0);
    const odd = new Counter("mistakes.\n\0\u{dcff} =;");
    tell("odd: " + odd.define().toString());
    odd.increment(2);
    tell("odd value: " + odd.value.toString());
    new Histogram("mistakes.histogram").record(u64.MAX_VALUE);
    const gauge = new Gauge("mistakes.gauge");
    gauge.set(i64.MIN_VALUE);
    gauge.decrement();
    tell("gauge: " + gauge.value.toString());
    const labelled = new Counter("mistakes.labelled", 3);
    for (let i = 0; i < 10; ++i) labelled.with("from", "client " + i.toString()).increment();
    tell("labelled: " + labelled.with("from", "another").value.toString());
  }

  private callForeignFunctions(): void {
    tell("unknown: " + orNull(callForeignFunction("no_such_function", new Uint8Array(3))) + because());
    tell("then: " + textOf(properties.request.method()));
    tell(
      "failing: " +
        orNull(callForeignFunction("uncompress", Uint8Array.wrap(String.UTF8.encode("junk")))) +
        because(),
    );
    tell("then: " + textOf(properties.request.method()));
    tell("nameless: " + orNull(callForeignFunction("", new Uint8Array(0))));
    tell("then: " + textOf(this.requestHeaders.get("x-mistake")));
  }

  private read(headers: Headers): void {
    tell("get: " + textOf(headers.get("x-any")) + because());
    tell("bytes: " + orNull(headers.getBytes("x-any")));
    tell("has: " + headers.has("x-any").toString());
    tell("all: " + headers.getAll("x-any").length.toString());
    tell("fields: " + headers.fields().length.toString() + because());
    tell("count: " + headers.count.toString());
  }

  private change(headers: Headers): void {
    tell("set: " + headers.set("x-any", "1").toString() + because());
    tell("add: " + headers.add("x-any", "1").toString());
    tell("remove: " + headers.remove("x-any").toString());
    tell("setAll: " + headers.setAll(["x-any", "1"]).toString());
    tell("setBytes: " + headers.setBytes("x-any", new Uint8Array(1)).toString());
  }

  private readBody(body: Body): void {
    tell("size: " + body.size.toString());
    tell("bytes: " + body.bytes().length.toString() + because());
    tell("text: " + body.text().length.toString());
    tell("slice: " + body.slice(7, 0xffffffff).length.toString());
  }

  private changeBody(body: Body): void {
    tell("replace: " + body.replaceText("mistake").toString() + because());
    tell("append: " + body.append(new Uint8Array(3)).toString());
    tell("prepend: " + body.prepend(new Uint8Array(3)).toString());
    tell("clear: " + body.clear().toString());
  }

  private readRanges(body: Body): void {
    tell("all: " + body.slice(0, 0xffffffff).length.toString());
    tell("rest: " + body.slice(4, 0xffffffff).length.toString());
    tell("behind: " + body.slice(1000, 10).length.toString());
    tell("far behind: " + body.slice(0xffffffff, 0xffffffff).length.toString());
    tell("nothing: " + body.slice(3, 0).length.toString());
    tell("prepend: " + body.prepend(Uint8Array.wrap(String.UTF8.encode("<"))).toString());
    tell("append: " + body.append(Uint8Array.wrap(String.UTF8.encode(">"))).toString());
  }

  private inject(headers: Headers): void {
    tell("CR LF: " + headers.set("x-bad", "a\r\nx-injected: 1").toString() + because());
    tell("LF: " + headers.add("x-bad", "a\nb").toString());
    tell("NUL: " + headers.set("x-bad", "a\0b").toString());
    tell("no name: " + headers.set("", "a").toString() + because());
    tell("space in a name: " + headers.set("x bad", "a").toString());
    tell("colon in a name: " + headers.set("x-bad: 1\r\nx-injected", "a").toString());
    tell("all: " + headers.setAll(["x-good", "1", "x-bad", "a\r\nb"]).toString());
    tell("good: " + headers.set("x-good", "1").toString());
  }

  private answerWithBadHeaders(): HeadersAction {
    const options = new LocalReplyOptions();
    options.headers = ["x-bad", "a\r\nx-injected: 1", "x-good", "1", "", "2", "x-odd"];
    options.details = "bad headers\r\nand details";
    say(this.sendLocalReply(403, "refused", options), "answered");
    return HeadersAction.StopAllIterationAndWatermark;
  }

  private answerWith(status: string): HeadersAction {
    say(this.sendLocalReply(<u32>I32.parseInt(status), "refused"), "answered");
    return HeadersAction.StopAllIterationAndWatermark;
  }

  private answerTwice(): HeadersAction {
    say(this.sendLocalReply(403, "first"), "answered");
    say(this.sendLocalReply(500, "second"), "answered");
    return HeadersAction.StopAllIterationAndWatermark;
  }

  private closeTwice(): HeadersAction {
    say(this.closeStream(), "closed");
    say(this.closeStream(), "closed");
    say(this.sendLocalReply(500, "after"), "answered");
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

function say(done: bool, what: string): void {
  tell(what + ": " + done.toString() + (done ? "" : because()));
}

function because(): string {
  return " (" + lastFailure() + ")";
}

function textOf(text: string | null): string {
  return text === null ? "null" : text;
}

function orNull(bytes: Uint8Array | null): string {
  return bytes === null ? "null" : bytes.length.toString() + " bytes";
}

function tell(text: string): void {
  log.warn("mistake: " + text);
}

class MistakesPlugin extends Plugin {}

registerHttpFilter<Mistakes, MistakesPlugin>("mistakes");
