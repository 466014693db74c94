/** The tip beside the pointer: full name, figures, and what is not known. */
import { type Bytes, formatBytes, formatCount, formatUs } from '../flows/units';
import css from './map-stage.module.css';
import type { Stage } from './use-scene';
import { bandWords, p50Words } from './words';

interface Hover {
  peer?: string;
  link?: string;
  x: number;
  y: number;
}

export function MapHover({ stage, hover }: { stage: Stage; hover: Hover }) {
  const peer = hover.peer === undefined ? undefined : stage.graph.peers.get(hover.peer);
  const link = hover.link === undefined ? undefined : stage.graph.links.get(hover.link);
  if (peer === undefined && link === undefined) return null;
  return (
    <div className={css.hover} style={{ left: hover.x + 14, top: hover.y + 14 }} aria-hidden="true">
      {peer === undefined ? null : (
        <>
          <strong>{peer.label}</strong>
          <span>
            {peer.folded === undefined ? peer.kind : `${formatCount(peer.folded)} peers, folded`}
            {peer.namespace === undefined || peer.kind === 'namespace' ? '' : ` in ${peer.namespace}`}
          </span>
          <span>
            sent {formatBytes(peer.sentBytes as Bytes)} · received {formatBytes(peer.receivedBytes as Bytes)}
          </span>
          <span>
            calls {formatCount(peer.out)} · called by {formatCount(peer.in)}
          </span>
        </>
      )}
      {link === undefined ? null : (
        <>
          <strong>
            {stage.graph.peers.get(link.from)?.label} → {stage.graph.peers.get(link.to)?.label}
          </strong>
          <span>
            {formatBytes(link.bytes)} in {formatCount(link.count)} {link.count === 1 ? 'flow' : 'flows'}
          </span>
          <span>
            {link.handshake.worstP99Us === undefined
              ? bandWords(link.handshake, link.unanswered)
              : `worst p99 ${formatUs(link.handshake.worstP99Us)} · p50 ${p50Words(link.handshake)}`}
          </span>
        </>
      )}
    </div>
  );
}
