/** The tip beside the pointer: full name, figures, and what is not known. It asks backstage, where the figures are. */
import { useEffect, useState } from 'react';
import type { Backstage } from '../backstage/backstage';
import type { Tip } from '../backstage/messages';
import {
  type Bytes,
  formatBytes,
  formatBytesPerSecond,
  formatCount,
  formatPacketsPerSecond,
  formatUs,
} from '../flows/units';
import css from './map-stage.module.css';
import { bandWords, p50Words } from './panel/words';
import tips from './styles/tip.module.css';

export interface Hover {
  peer?: string;
  link?: string;
  x: number;
  y: number;
}

/** Room that a tip needs: near the rims of the map it moves inwards. */
const TIP_PX = { wide: 240, high: 92 };

export function MapHover({ backstage, hover }: { backstage: Backstage; hover: Hover }) {
  const [tip, setTip] = useState<Tip>();
  const { peer: peerId, link: linkId } = hover;
  useEffect(() => {
    let isWanted = true;
    const what = {
      ...(peerId === undefined ? {} : { peer: peerId }),
      ...(linkId === undefined ? {} : { link: linkId }),
    };
    backstage.ask('tip', what).then((told) => {
      if (isWanted) setTip(told);
    });
    return () => {
      isWanted = false;
    };
  }, [backstage, peerId, linkId]);
  const peer = tip?.peer?.id === peerId ? tip?.peer : undefined;
  const link = tip?.link?.id === linkId ? tip?.link : undefined;
  if (peer === undefined && link === undefined) return null;
  return (
    <div
      className={`${tips.tip} ${css.hover}`}
      style={{
        left: `max(0px, min(${hover.x + 14}px, 100% - ${TIP_PX.wide}px))`,
        top: `max(0px, min(${hover.y + 14}px, 100% - ${TIP_PX.high}px))`,
      }}
      aria-hidden="true"
    >
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
            {link.fromLabel} → {link.toLabel}
          </strong>
          <span>
            {formatBytes(link.bytes)} in {formatCount(link.flows)} {link.flows === 1 ? 'flow' : 'flows'}
          </span>
          {link.rate === undefined ? null : (
            <span>
              {link.rate.unknown > 0 ? 'at least ' : ''}
              {formatBytesPerSecond(link.rate.bytesPerS)} · {formatPacketsPerSecond(link.rate.packetsPerS)}
            </span>
          )}
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
