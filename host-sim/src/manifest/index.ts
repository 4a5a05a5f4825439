export {
  configurationText,
  type FilterManifest,
  parseFilterManifest,
  readFilterManifest,
} from "./filter-manifest.js";
export { loadFilter } from "./load-filter.js";
