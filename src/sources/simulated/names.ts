/**
 * What things are called in the simulated cluster: services by what they do, namespaces, ports, pod names.
 * Knows words; refuses to know who calls whom (calls.ts) and where a pod runs (cluster.ts).
 */
import { type Die, hash } from './chance';

/**
 * What a service is to the others: `front` is called by the ingress, `middle` by others, `leaf` calls nothing,
 * `worker` is called by nobody, `infrastructure` belongs to the cluster and not to the shop.
 */
export type Role = 'front' | 'middle' | 'leaf' | 'worker' | 'infrastructure';

export interface Flavour {
  name: string;
  port: number;
  metricsPort: number;
  stateful: boolean;
}

const flavour = (name: string, port: number, metricsPort: number, stateful: boolean): Flavour => ({
  name,
  port,
  metricsPort,
  stateful,
});

/** Default ports of the real things and of their Prometheus exporters. */
export const FLAVOURS = {
  postgres: flavour('postgres', 5432, 9187, true),
  mysql: flavour('mysql', 3306, 9104, true),
  redis: flavour('redis', 6379, 9121, true),
  kafka: flavour('kafka', 9092, 9308, true),
  elastic: flavour('elastic', 9200, 9114, true),
  mongo: flavour('mongo', 27017, 9216, true),
  memcached: flavour('memcached', 11211, 9150, false),
  minio: flavour('minio', 9000, 9000, true),
  http: flavour('http', 8080, 8080, false),
  node: flavour('node', 3000, 9464, false),
  python: flavour('python', 8000, 8000, false),
  grpc: flavour('grpc', 50051, 9090, false),
} as const satisfies Record<string, Flavour>;

export interface ServiceName {
  ns: string;
  name: string;
  flavour: Flavour;
}

type FlavourName = keyof typeof FLAVOURS;

const read = (lines: string): ServiceName[] =>
  lines
    .trim()
    .split(/\s+/)
    .map((line) => {
      const [ns = '', name = '', kind = 'http'] = line.split(/[/:]/);
      return { ns, name, flavour: FLAVOURS[kind as FlavourName] };
    });

/** The shop itself, most important first: a smaller cluster takes the head of each list. */
export const CURATED: Record<Exclude<Role, 'infrastructure'>, readonly ServiceName[]> = {
  front: read('shop/storefront:node shop/mobile-gateway:http partners/partner-api:http'),
  middle: read(`
    identity/auth:grpc shop/cart:http shop/catalog:grpc shop/checkout:http shop/orders:http payments/payments:grpc
    search/search:http shop/pricing:grpc identity/users:http shop/recommendations:python payments/ledger:grpc
    shop/shipping:http ml/ranker:python shop/inventory:grpc payments/fraud:python identity/sessions:http
    search/suggest:http ml/features:grpc shop/reviews:node payments/wallet:http shop/promotions:http
    shop/media:http search/synonyms:http ml/embeddings:python`),
  leaf: read(`
    data/orders-db:postgres shop/cart-cache:redis data/kafka:kafka identity/users-db:postgres
    search/elasticsearch:elastic data/catalog-db:mysql payments/ledger-db:postgres data/object-store:minio
    ml/feature-cache:redis`),
  worker: read(`
    shop/order-worker:http shop/email-sender:node search/indexer:http payments/payout-worker:http
    data/cdc-relay:http batch/report-builder:python shop/stock-sync:http payments/invoice-worker:http
    data/event-archiver:http ml/feature-builder:python batch/catalog-importer:python identity/session-reaper:http
    payments/reconciler:http shop/image-resizer:node batch/price-sync:python data/etl-loader:python ml/trainer:python
    shop/review-moderator:python payments/fx-sync:http search/crawler:http shop/load-generator:python
    batch/mail-digest:node`),
};

/** Teams of a bigger company; a cluster of n services has about √n namespaces of very unequal size. */
export const MORE_NAMESPACES = (
  'logistics catalog-core pricing media notifications analytics reporting fraud loyalty marketing support warehouse ' +
  'delivery returns accounts billing tax geo content experiments ads partners mobile web messaging streaming ' +
  'compliance onboarding crm forecasting suppliers routing gifting subscriptions insurance travel rides maps ' +
  'documents translations'
).split(' ');

const STEMS = (
  'account address alert asset audience audit batch bid booking budget campaign carrier channel claim click comment ' +
  'contract coupon credit customer dispatch document driver event export feed file forecast invoice item label lead ' +
  'limit listing location lot margin menu message metric offer parcel partner payout plan policy profile quota quote ' +
  'rate refund region report reward risk route rule schedule seat segment shift slot stock survey tag target ticket ' +
  'token tour trip vendor visit voucher zone'
).split(' ');
const NOUNS: Record<Exclude<Role, 'infrastructure'>, readonly string[]> = {
  front: ['web', 'portal', 'gateway', 'app'],
  middle: ['api', 'service', 'engine', 'resolver', 'planner', 'manager', 'rules', 'lookup'],
  leaf: ['db', 'cache', 'store', 'rates'],
  worker: ['worker', 'consumer', 'sync', 'importer', 'exporter', 'scheduler', 'builder', 'cleaner'],
};
const LEAF_FLAVOURS: Record<string, readonly FlavourName[]> = {
  db: ['postgres', 'postgres', 'mysql', 'mongo'],
  cache: ['redis', 'redis', 'memcached'],
  store: ['minio', 'elastic', 'kafka'],
  rates: ['grpc', 'http'],
};

/** A name nobody in `taken` has, for services beyond the curated ones. */
export function coinService(
  die: Die,
  role: Exclude<Role, 'infrastructure'>,
  ns: string,
  taken: Set<string>,
): ServiceName {
  // 90 stems and 4 to 8 nouns a namespace; numbered once those run out.
  for (let attempt = 0; ; attempt++) {
    const noun = die.pick(NOUNS[role]);
    const suffix = attempt < 30 ? '' : `-${attempt - 28}`;
    const name = `${die.pick(STEMS)}-${noun}${suffix}`;
    if (taken.has(`${ns}/${name}`)) continue;
    taken.add(`${ns}/${name}`);
    const kinds: readonly FlavourName[] =
      role === 'leaf'
        ? (LEAF_FLAVOURS[noun] ?? ['http'])
        : ['http', 'http', 'grpc', 'grpc', 'node', 'python'];
    return { ns, name, flavour: FLAVOURS[die.pick(kinds)] };
  }
}

// k8s.io/apimachinery's rand.SafeEncodeString: no vowels, no 0, 1, 3, so that no suffix spells a word.
const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

export function safeSuffix(a: number, b: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += SAFE[hash(a, b, i + 1) % SAFE.length] ?? 'x';
  return text;
}

/** Lower-case hexadecimal of a repeatable number; containers are named with twelve digits, as in the contract. */
export function hexId(a: number, b: number, length: number): string {
  let text = '';
  for (let i = 0; text.length < length; i++)
    text += hash(a, b, i + 101)
      .toString(16)
      .padStart(8, '0');
  return text.slice(0, length);
}
