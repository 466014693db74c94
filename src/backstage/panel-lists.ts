/** What the audit and the workloads panel list: shapes only, plain data. */
import type { ActiveNamespace, ActivePeer } from '../insight/activity';
import type { AuditLink, EgressRow, MatrixCell } from '../insight/audit';
import type { LinkName } from '../insight/baseline-names';
import type { Appeared } from '../insight/baseline-sitting';

/** A list that may be longer than what a panel shows. */
export interface Listed<T> {
  rows: T[];
  total: number;
}

export interface AuditPanel {
  /** Namespace patterns in force. */
  patterns: string[];
  sensitiveNamespaces: string[];
  sensitive: Listed<AuditLink>;
  crossNamespace: Listed<AuditLink>;
  namespaces: string[];
  cells: MatrixCell[];
  egress: Listed<EgressRow>;
  unnamed: Listed<EgressRow>;
  withoutNamespace: number;
  /** Links that appeared while one looked, newest first. */
  appeared: Listed<Appeared>;
  sittingSinceMs: number;
  baseline?: {
    savedAt: string;
    source?: string;
    links: number;
    kept: number;
    added: Listed<LinkName>;
    gone: Listed<LinkName>;
    allowed: Listed<LinkName>;
    goneUnknown?: string;
  };
}

export interface WorkloadsPanel {
  pods: Listed<Active>;
  services: Listed<Active>;
  namespaces: ActiveNamespace[];
  /** Running pods that are in no flow; absent without an inventory, and where flows are missing or grouped. */
  idle?: Listed<{ ns: string; name: string; node?: string }>;
  /** The answer is filtered, cut short or grouped: who is not in it may be busy all the same. */
  isPartial: boolean;
  /** The sample's own time: ages are counted from it, not from the clock on the wall. */
  atMs: number;
  undecided: number;
  sinceMs: number;
}

export type Active = ActivePeer & { lastMs?: number };
