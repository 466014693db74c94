/** Whether this sitting has rates: from then on what has none says so, and no row changes its height from poll to poll. */
import { createContext } from 'react';

export const RatesShown = createContext(false);
