/** A filter that comes to Envoy by itself (ECDS) and can be replaced while it runs: the resource, and the filter that asks for it. */
import { value } from "../command.js";
import { capabilityWarnings } from "./envoy.js";
import { moduleCode, moduleHeading, moduleOptions, readModuleSource } from "./module-source.js";
import { extension, places, TYPE } from "./plugin-config.js";
import { defineSurface } from "./surface.js";

export const envoyEcds = defineSurface({
  name: "envoy-ecds",
  makes: "ECDS resource",
  summary: "print the filter as an ECDS resource, and the entry that discovers it",
  consumer: null,
  options: {
    ...moduleOptions,
    resourceFile: value(
      "FILE",
      "Envoy reads the resource from this file, and again when another is renamed onto it (default: from ADS)",
    ),
  },
  limits: [
    { need: "accessLogger", because: "Envoy cannot discover: ECDS brings HTTP and network filters alone" },
    { need: "singleton", because: "Envoy cannot discover: ECDS brings HTTP and network filters alone" },
  ],
  plan(filter, input) {
    const source = readModuleSource(input, filter.name);
    const { resourceFile } = input;
    const { field, where, type } = places[filter.kind];
    const configSource =
      resourceFile === undefined ? { ads: {} } : { path_config_source: { path: resourceFile } };
    return {
      warnings: capabilityWarnings(filter),
      heading: (image) => [
        `The first document is the resource${resourceFile === undefined ? "" : `, for ${resourceFile}`}; the second belongs ${where}.`,
        ...moduleHeading(source, image),
      ],
      documents(image) {
        const resource = {
          "@type": `${TYPE}envoy.config.core.v3.TypedExtensionConfig`,
          ...extension(filter, filter.name, moduleCode(source, image)),
        };
        return [
          // A file is a whole DiscoveryResponse; the digest of the image is a version as good as any.
          resourceFile === undefined
            ? resource
            : { version_info: image.manifestDigest, resources: [resource] },
          {
            [field]: [
              {
                name: filter.name,
                config_discovery: {
                  config_source: { resource_api_version: "V3", ...configSource },
                  type_urls: [TYPE + type],
                },
              },
            ],
          },
        ];
      },
    };
  },
});
