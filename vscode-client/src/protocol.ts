/** What the server says beyond the Language Server Protocol. */

import type { Location, Range } from "vscode-languageclient";

export interface Status {
  folder: string;
  state: "indexing" | "checking" | "ready" | "failed";
  errors: number;
  warnings: number;
  notes: number;
  files: number;
  message: string;
  version: string;
}

export interface TreeNode {
  label: string;
  description?: string;
  /** Markdown. */
  tooltip?: string;
  /** A codicon's name. */
  icon?: string;
  location?: Location;
  severity?: "error" | "warning" | "note";
  children: TreeNode[];
}

export interface Trees {
  consent: TreeNode[];
  permissions: TreeNode[];
}

export interface Hop {
  label: string;
  note: string;
  uri: string;
  range: Range;
}

export interface Path {
  title: string;
  hops: Hop[];
}

export const STATUS = "askfirst/status";
export const TREE = "askfirst/tree";
export const CHECK = "askfirst.server.check";
export const EXPLAIN = "askfirst.server.explain";
export const PATH = "askfirst.server.path";
export const NAMES = "askfirst.server.names";
export const CREATE_SETTINGS = "askfirst.server.createSettings";
