"""What is printed to be kept: PDF from templates of ours and content that they can only print."""
