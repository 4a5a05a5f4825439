/** What is held against the real schemas: for each surface a filter that asks little and one that asks for all that it can say. */

export interface DeliveryCase {
  readonly surface: string;
  readonly what: string;
  /** What stands in filter.json, apart from the name. */
  readonly filter: Readonly<Record<string, unknown>>;
  /** Options of the surface, in camelCase. */
  readonly options: Readonly<Record<string, unknown>>;
}

const environment = { keyValues: { REGION: "eu" }, hostEnvKeys: ["HOME"] };
const network = { kind: "network" };

/** All that Envoy's PluginConfig knows. */
const everything = {
  rootId: "hello",
  configuration: "plain text",
  failurePolicy: "FAIL_RELOAD",
  reloadConfig: { backoff: { baseIntervalMs: 250 } },
  capabilityRestrictionConfig: { allowedCapabilities: ["proxy_log", "proxy_on_request_headers"] },
  allowOnHeadersStopIteration: true,
  vmId: "shared",
  vmConfiguration: { a: 1 },
  environmentVariables: environment,
};

const istioFilter = {
  rootId: "hello",
  configuration: { nested: { list: [1, "two", null, true] } },
  failurePolicy: "FAIL_OPEN",
  environmentVariables: environment,
};
const istioOptions = {
  name: "guard-1",
  namespace: "prod",
  selector: ["app=web", "tier="],
  match: ["SERVER:8080,8443", "CLIENT", "9000"],
  priority: "-7",
  pullPolicy: "Always",
};
const remote = { moduleUrl: "http://modules.example/guard.wasm", moduleCluster: "modules" };

export const deliveries: readonly DeliveryCase[] = [
  ...["istio", "istio-traffic-extension"].flatMap((surface) => [
    { surface, what: "little", filter: {}, options: {} },
    {
      surface,
      what: "everything",
      filter: istioFilter,
      options: { ...istioOptions, phase: "AUTHN", pullSecret: "pull" },
    },
    {
      surface,
      what: "attached to resources, a network filter",
      filter: network,
      options: { targetRef: ["Gateway/a", "GatewayClass/b", "Service/c", "ServiceEntry/d"] },
    },
  ]),
  { surface: "istio-envoyfilter", what: "little", filter: {}, options: {} },
  { surface: "istio-envoyfilter", what: "everything", filter: everything, options: istioOptions },
  {
    surface: "istio-envoyfilter",
    what: "first, attached to resources",
    filter: {},
    options: { first: true, targetRef: ["Gateway/a"] },
  },
  {
    surface: "istio-envoyfilter",
    what: "a network filter",
    filter: { ...everything, ...network },
    options: { match: ["SERVER:6379"] },
  },
  { surface: "envoy-gateway", what: "little", filter: {}, options: { targetRef: ["Gateway/eg"] } },
  {
    surface: "envoy-gateway",
    what: "everything",
    filter: {
      rootId: "hello",
      configuration: [{ a: 1 }],
      failurePolicy: "FAIL_OPEN",
      environmentVariables: { hostEnvKeys: ["HOME"] },
    },
    options: {
      name: "guard-1",
      namespace: "edge",
      targetRef: ["Gateway/eg:https", "ListenerSet/more", "HTTPRoute/web", "GRPCRoute/api"],
      pullSecret: "pull",
      pullPolicy: "IfNotPresent",
      caSecret: "registry-ca",
    },
  },
  ...["envoy", "envoy-ecds"].flatMap((surface) => [
    { surface, what: "an HTTP filter, little", filter: {}, options: {} },
    { surface, what: "an HTTP filter, everything", filter: everything, options: {} },
    { surface, what: "an HTTP filter that Envoy fetches", filter: everything, options: remote },
    { surface, what: "a network filter", filter: { ...everything, ...network }, options: {} },
  ]),
  {
    surface: "envoy",
    what: "a network filter that chooses by data",
    filter: network,
    options: { tcpProxy: "others" },
  },
  {
    surface: "envoy",
    what: "an access logger",
    filter: { ...everything, kind: "access-logger" },
    options: {},
  },
  { surface: "envoy", what: "a singleton", filter: { ...everything, kind: "singleton" }, options: {} },
];
