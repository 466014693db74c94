/**
 * An icon that says nothing by itself. Drawn again only when it is another one: building a Lucide icon costs more than the
 * button around it, and bars are drawn at every poll.
 */
import type { LucideIcon } from 'lucide-react';
import { memo } from 'react';

interface GlyphProps {
  of: LucideIcon;
  size: number;
  className?: string | undefined;
}

export const Glyph = memo(function Glyph({ of: Icon, size, className }: GlyphProps) {
  return <Icon size={size} aria-hidden="true" {...(className === undefined ? {} : { className })} />;
});
