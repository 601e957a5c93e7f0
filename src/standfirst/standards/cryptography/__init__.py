"""What is known about cryptographic algorithms, and what jurisdictions ask of them: files of content/cryptography."""
