/**
 * The eight query parameters, one control each, captioned with the parameter's own name, and the exact request.
 * Knows how a typed value becomes a parameter; the grammar itself is flows/query.ts. A bad value is explained in place
 * and changes nothing.
 */
import { Copy, SlidersHorizontal, X } from 'lucide-react';
import { memo, useEffect, useId, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Backstage } from '../backstage/backstage';
import {
  AGGREGATES,
  asRequest,
  FORMATS,
  PAGE_LIMIT,
  PARAMETERS,
  type Parameter,
  PROTOCOLS,
  type Query,
  readParameter,
  withoutDefaults,
} from '../flows/query';
import { setQuery, type ViewStore } from '../view/view-state';
import css from './filter-bar.module.css';
import { Glyph } from './glyph';
import type { Idle } from './idle';

interface FilterBarProps {
  store: ViewStore;
  backstage: Backstage;
  idle: Idle;
  /** Files answer instead of the server: there is no request to copy. */
  isOpened: boolean;
}

/** In the order one narrows down: where, who, which address, what kind; then how it is answered. */
const TEXTS = ['ns', 'pod', 'svc', 'ip'] as const;
const HINTS: Record<Parameter, string> = {
  ns: 'Namespace, exactly',
  pod: 'Part of a pod name',
  svc: 'Part of a service name',
  ip: 'Address or CIDR',
  l4proto: 'Protocol',
  aggregate: 'Let the server group the rows: fixes the level of the map',
  format: 'full adds containers, cgroups and rates; raw rows are shown as a table',
  limit: `Most rows to ask for (${PAGE_LIMIT} unless set)`,
};

export const FilterBar = memo(function FilterBar({ store, backstage, idle, isOpened }: FilterBarProps) {
  const query = useStore(store, (view) => view.query);
  const [open, setOpen] = useState(false);
  const active = PARAMETERS.filter((parameter) => query[parameter] !== undefined).length;
  /** Sets or clears one parameter; returns the sentence when the value is not valid. */
  const change = (parameter: Parameter, text: string): string | undefined => {
    // As it is now, not as it was when the typing began: one may have gone back meanwhile.
    const { [parameter]: _old, ...rest } = store.getState().query;
    const next: Query = rest;
    const value = text.trim();
    const message = value === '' ? undefined : readParameter(next, parameter, value);
    if (message === undefined) setQuery(store, withoutDefaults(next));
    return message;
  };
  return (
    <div className={css.bar}>
      <button type="button" className={css.toggle} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Glyph of={SlidersHorizontal} size={15} /> Filters{active > 0 ? ` (${active})` : ''}
      </button>
      <form
        className={css.filters}
        data-open={open}
        aria-label="Filters"
        onSubmit={(event) => event.preventDefault()}
      >
        {TEXTS.map((parameter) => (
          <TextFilter
            key={parameter}
            parameter={parameter}
            value={query[parameter] ?? ''}
            onChange={(text) => change(parameter, text)}
            suggest={async () => (await backstage.ask('suggest', { parameter })) ?? []}
            idle={idle}
          />
        ))}
        <ChoiceFilter
          parameter="l4proto"
          value={query.l4proto}
          fallback="tcp + udp"
          choices={PROTOCOLS}
          onChange={change}
        />
        <ChoiceFilter
          parameter="aggregate"
          value={query.aggregate}
          fallback="off"
          choices={AGGREGATES}
          onChange={change}
        />
        <ChoiceFilter
          parameter="format"
          value={query.format}
          fallback="compact"
          choices={FORMATS.filter((format) => format !== 'compact')}
          onChange={change}
        />
        <TextFilter
          parameter="limit"
          value={query.limit === undefined ? '' : String(query.limit)}
          placeholder={PAGE_LIMIT.toLocaleString('en')}
          onChange={(text) => change('limit', text)}
          idle={idle}
          numeric
        />
        {active > 0 ? (
          <button type="button" className={css.clear} onClick={() => setQuery(store, {})}>
            <Glyph of={X} size={14} /> Clear
          </button>
        ) : null}
      </form>
      {isOpened ? (
        <p className={css.request}>The opened files answer these filters.</p>
      ) : (
        <ExactRequest query={query} url={backstage.requestUrl(query)} />
      )}
    </div>
  );
});

interface TextFilterProps {
  parameter: Parameter;
  value: string;
  placeholder?: string;
  numeric?: boolean;
  idle: Idle;
  onChange(text: string): string | undefined;
  suggest?(): Promise<string[]>;
}

/** A pause in typing this long means that the word is finished. */
const SETTLED_MS = 500;

function TextFilter({
  parameter,
  value,
  placeholder = 'any',
  numeric = false,
  idle,
  onChange,
  suggest,
}: TextFilterProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const [error, setError] = useState<string>();
  const [listed, setListed] = useState<string[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The value also changes from outside: back, forward, "clear", a click in a panel.
  useEffect(() => {
    clearTimeout(timer.current);
    idle.busy(`typing ${parameter}`, false);
    setText(value);
    setError(undefined);
  }, [value, parameter, idle]);
  const settle = (wanted: string) => {
    clearTimeout(timer.current);
    idle.busy(`typing ${parameter}`, false);
    if (wanted.trim() !== value) setError(onChange(wanted));
    else setError(undefined);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div className={css.filter} data-set={value !== ''} data-invalid={error !== undefined}>
      <label htmlFor={id}>{parameter}</label>
      <input
        id={id}
        value={text}
        placeholder={placeholder}
        title={HINTS[parameter]}
        inputMode={numeric ? 'numeric' : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        list={suggest === undefined ? undefined : `${id}-list`}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        onFocus={() => void suggest?.().then(setListed)}
        onChange={(event) => {
          const wanted = event.target.value;
          setText(wanted);
          clearTimeout(timer.current);
          idle.busy(`typing ${parameter}`, true);
          timer.current = setTimeout(() => settle(wanted), SETTLED_MS);
        }}
        onBlur={() => settle(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle(text);
          if (event.key === 'Escape') {
            event.preventDefault();
            setText(value);
            settle(value);
          }
        }}
      />
      {suggest === undefined ? null : (
        <datalist id={`${id}-list`}>
          {listed.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      )}
      {error === undefined ? null : (
        <p className={css.error} id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface ChoiceFilterProps {
  parameter: Parameter;
  value: string | undefined;
  fallback: string;
  choices: readonly string[];
  onChange(parameter: Parameter, text: string): string | undefined;
}

function ChoiceFilter({ parameter, value, fallback, choices, onChange }: ChoiceFilterProps) {
  const id = useId();
  return (
    <div className={css.filter} data-set={value !== undefined}>
      <label htmlFor={id}>{parameter}</label>
      <select
        id={id}
        value={value ?? ''}
        title={HINTS[parameter]}
        onChange={(event) => onChange(parameter, event.target.value)}
      >
        <option value="">{fallback}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </div>
  );
}

function ExactRequest({ query, url }: { query: Query; url: string }) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  // A name from the cluster must not become shell syntax: the URL is percent-encoded and its quotes too.
  const command = `curl -s '${url.replaceAll("'", '%27')}'`;
  return (
    <div className={css.request}>
      <code title={url}>
        <span className={css.verb}>GET</span> /mcp/flows?{asRequest(query).toString()}
      </code>
      <button
        type="button"
        title={command}
        onClick={() => {
          navigator.clipboard?.writeText(command).then(
            () => setCopied('yes'),
            () => setCopied('no'),
          ) ?? setCopied('no');
        }}
      >
        <Glyph of={Copy} size={13} /> Copy as curl
      </button>
      <span role="status" className={css.copied}>
        {copied === 'yes'
          ? 'copied'
          : copied === 'no'
            ? 'the browser refused the clipboard: select the request instead'
            : ''}
      </span>
    </div>
  );
}
