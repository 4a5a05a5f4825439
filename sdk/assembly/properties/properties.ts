// `properties.request.path()`, `properties.connection.mtls()`, …: Envoy's attributes by their names there, in
// camel case.
//
// One convention holds for all: what does not exist here and now is null; a number, time or duration is then
// `otherwise`, -1 unless you say something else, and a bool false. Times are nanoseconds since 1970,
// durations nanoseconds. Nothing is kept: each call asks the host. They act on the context that is current: a
// stream in its own callbacks and in those of its callouts, the plugin in a timer.

import * as connection from "./connection";
import * as destination from "./destination";
import * as filterState from "./filter-state";
import * as metadata from "./metadata";
import * as plugin from "./plugin";
import * as request from "./request";
import * as response from "./response";
import * as source from "./source";
import * as upstream from "./upstream";
import * as xds from "./xds";

export { connection, destination, filterState, metadata, plugin, request, response, source, upstream, xds };
