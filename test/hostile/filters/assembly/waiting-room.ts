import {
  Configuration,
  Headers,
  HeadersAction,
  HttpFilter,
  log,
  Plugin,
  registerHttpFilter,
  Timer,
  TimerCallback,
} from "as-proxy-wasm-sdk";

/** Lets requests in every 100 ms, all that have come since. */
class WaitingRoom extends Plugin {
  private waiting: Visitor[] = [];

  onConfigure(configuration: Configuration): bool {
    this.setInterval(
      new TimerCallback<WaitingRoom>((plugin: WaitingRoom, timer: Timer): void => plugin.letIn()),
      100,
    );
    return true;
  }

  add(visitor: Visitor): void {
    this.waiting.push(visitor);
  }

  letIn(): void {
    let gone = 0;
    for (let i = 0; i < this.waiting.length; ++i) {
      const visitor = this.waiting[i];
      visitor.requestHeaders.set("x-waited", "yes");
      if (!visitor.resumeRequest()) gone += 1;
      // Once more than is right.
      visitor.resumeRequest();
    }
    if (gone > 0) log.warn(`waiting room: ${gone} had left`);
    this.waiting = [];
  }
}

class Visitor extends HttpFilter {
  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    if (!headers.has("x-wait")) return HeadersAction.Continue;
    this.plugin<WaitingRoom>().add(this);
    return HeadersAction.StopAllIterationAndWatermark;
  }
}

registerHttpFilter<Visitor, WaitingRoom>("waiting-room");
