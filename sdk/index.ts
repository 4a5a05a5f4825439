// Only the compiler looks at these: the abort handler by its name, the exports through the transform.
import "./assembly/abi/abort";
import "./assembly/dispatch/exports";

export { BodyAction, HeadersAction, TrailersAction } from "./assembly/actions";
export { toAsciiLowerCase } from "./assembly/ascii";
export { Body } from "./assembly/body";
export { Configuration, vmConfiguration } from "./assembly/configuration/configuration";
export { registerHttpFilter } from "./assembly/dispatch/registry";
export { Headers } from "./assembly/headers";
export { HttpFilter } from "./assembly/http-filter";
export { LocalReplyOptions } from "./assembly/local-reply";
export { log, LogLevel } from "./assembly/log";
export { Counter, Gauge } from "./assembly/metrics/metric";
export { Plugin } from "./assembly/plugin";
export { getProperty, getPropertyText, setProperty } from "./assembly/properties/properties";
export { currentTimeMilliseconds, currentTimeNanoseconds } from "./assembly/time";
