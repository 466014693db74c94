/** Files dropped anywhere on the page. Knows what a drop is; what a file means is for whoever is told of it. */
import { useEffect } from 'react';

/** `onFile` must not change between renders without need: the listeners are set anew when it does. */
export function useDrop(onFile: (file: File) => void): void {
  useEffect(() => {
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent) => {
      // Without this the browser would leave the page for the file.
      if (isFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) onFile(file);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [onFile]);
}
