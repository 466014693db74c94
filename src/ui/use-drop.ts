/**
 * Files dropped anywhere on the page. Knows what a drop is, and when one hovers; what a file means is for whoever is
 * told of it.
 */
import { useEffect, useState } from 'react';

/**
 * True while files are held over the page. `onFiles` must not change between renders without need: the listeners are
 * set anew when it does.
 */
export function useDrop(onFiles: (files: File[]) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent) => {
      // Without this the browser would leave the page for the file.
      if (!isFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    // Leaving an element of the page for another is no leaving.
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!isFiles(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) onFiles(files);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [onFiles]);
  return isOver;
}
