"""Files that show something: taken in as a stream, stored once by digest, reached only by those who brought them."""
