// npm run db:distribute: distributes the tables by shop where DATABASE_URL is a Citus cluster. Fails where it is not.
import { distribute } from './distribute.ts'

const report = (sentence: string) => void process.stdout.write(`${sentence}\n`)
if (!(await distribute(process.env.DATABASE_URL!, { report }))) process.exitCode = 1
