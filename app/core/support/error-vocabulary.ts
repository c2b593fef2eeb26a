/**
 * The words that the support bundle keeps of an error message: those in which Klaviyo, Shopify, Postgres and Node speak of requests. Every
 * other word may be a value, such as a customer's name. Words that are first names too (may, will, mark, grace) are left out.
 */
const WORDS = `
a about above accept accepted accepts access account accounts action active add added address addresses after again all allowed already also
an and another any api app application apps are argument arguments array as at attribute attributes authentication authorization automatically available
bad be because been before being below between body boolean both bulk but by
call called calls can cannot cause caused change changed changes character characters check choose client close closed code collection company
complete completed conflict conflicting connect connected connection contain contains content could country create created creating currency current
currently customer customers data database date deadlock decimal default delete deleted denied deprecated description detail details did different
disabled do does domain done due duplicate duplicated during
each either email emails empty enabled end ended endpoint enough entity error errors event events exceed exceeded exceeds exist existing exists expected expired
fail failed failing fails failure false field fields file filter first follow following for forbidden format found from full function
gateway get given global graphql group
had has have header headers host how html http https
id identifier identifiers if ignored import imported imports in include included includes incorrect index input install installed instead integer
internal invalid is iso it item items its job jobs json
key keys klaviyo large last later latest least length less limit limited limits line link list lists load locale location locked long longer
maintenance malformed many match matches matching maximum merge merged message metafield metafields method minimum missing more most moved must
name named namespace need needed needs network never new no node none not nothing null number numbers numeric
object objects of off ok on once one only operation operations optional or order other out over own owner
page pages parameter parameters parse parsed parsing part password payload pending per permission permissions permitted phone please point policy possible
postgres present private problem process processed processing profile profiles property properties protected provide provided public
query queue quota range rate read reading reason received record records redirect redacted refused region reject rejected relationship remove removed
removing repeated request requested requests require required requires reserved reset resolve resource resources response result retry return returned revision row rows run
same save schema scope scopes second seconds segment segments send sending sent server service session set shop shopify short should signature
size socket some source specific specified state status still stop stopped store stored string subscription subscriptions success successful such supported suppressed syntax
system table temporarily temporary text than that the their them then there these they this those throttled time timed timeout timestamp timezone title to
token tokens too total transaction true try type types
unable unauthorized unavailable undefined unexpected unique unknown unprocessable unsupported until up update updated updates updating upgrade uri url
use used user uses using valid validation value values variable variables version via
was we webhook webhooks were what when where which while with within without word words would write written wrong
yes yet you your zip`

export const errorVocabulary: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/))

/** How names of things that errors are about are written. Any other word with a capital letter inside a sentence may be a name. */
export const properWords: ReadonlySet<string> = new Set([
  'API',
  'GraphQL',
  'HTML',
  'HTTP',
  'HTTPS',
  'ID',
  'ISO',
  'JSON',
  'Klaviyo',
  'Node',
  'Postgres',
  'Shopify',
  'URI',
  'URL',
])
