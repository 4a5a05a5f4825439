import {
  Configuration,
  Headers,
  HeadersAction,
  HttpFilter,
  HttpCallback,
  HttpRequest,
  HttpResponse,
  log,
  Plugin,
  registerHttpFilter,
} from "as-proxy-wasm-sdk";

/** The configuration: `version`, any text. */
class VersionsPlugin extends Plugin {
  version: string = "";
  ticks: u32 = 0;

  onConfigure(configuration: Configuration): bool {
    const read = configuration.reader().required("version");
    this.version = read.string("version", "", 1);
    this.setTickPeriod(50);
    return read.done();
  }

  onTick(): void {
    this.ticks += 1;
  }

  onDone(): bool {
    log.warn(`versions: ${this.version} is done`);
    return true;
  }
}

/** Writes its configuration's version into the request and the response; a request with x-ask waits for a service first. */
class Versions extends HttpFilter {
  private note: string = "";

  onRequestHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    this.note = this.plugin<VersionsPlugin>().version;
    headers.set("x-version", this.note);
    if (!headers.has("x-ask")) return HeadersAction.Continue;
    const answered = new HttpCallback<Versions>((filter: Versions, response: HttpResponse): void => {
      filter.requestHeaders.set("x-version-later", filter.plugin<VersionsPlugin>().version);
      filter.resumeRequest();
    });
    if (!HttpRequest.get("authz", "/slow").timeout(0).send(this, answered)) return HeadersAction.Continue;
    return HeadersAction.StopAllIterationAndWatermark;
  }

  onResponseHeaders(headers: Headers, endOfStream: bool): HeadersAction {
    headers.set("x-version", this.plugin<VersionsPlugin>().version);
    headers.set("x-version-noted", this.note);
    return HeadersAction.Continue;
  }
}

registerHttpFilter<Versions, VersionsPlugin>("versions");
