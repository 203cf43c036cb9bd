/** What a database and its configuration are for. */
export type Environment = 'development' | 'test' | 'production';
