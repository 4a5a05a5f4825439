export { QueryParameters } from "./assembly/query/query-parameters";
export { RequestTarget } from "./assembly/query/request-target";
